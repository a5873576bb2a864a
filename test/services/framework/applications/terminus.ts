import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, HealthIndicatorService, TerminusModule } from '@nestjs/terminus';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'health checks with Terminus, up and down',
  kinds: HTTP,
  module: () => {
    @Controller('health')
    class HealthController {
      constructor(
        private readonly health: HealthCheckService,
        private readonly indicators: HealthIndicatorService,
      ) {}

      @Get()
      @HealthCheck()
      check(): Promise<object> {
        return this.health.check([async () => this.indicators.check('database').up({ pool: 3 })]);
      }

      @Get('broken')
      @HealthCheck()
      broken(): Promise<object> {
        return this.health.check([async () => this.indicators.check('database').down('no route')]);
      }
    }
    return { imports: [TerminusModule.forRoot({ logger: false })], controllers: [HealthController] };
  },
  exchanges: [get('/health'), refused(503, '/health/broken')],
};
