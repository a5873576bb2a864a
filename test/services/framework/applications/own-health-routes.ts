import { Controller, Get, HttpCode } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'probes of the application itself, where the ready-made ones would be',
  kinds: HTTP,
  options: { health: true },
  module: () => {
    @Controller('health')
    class HealthController {
      @Get('ready')
      ready(): object {
        return { database: 'up' };
      }

      @Get('live')
      @HttpCode(503)
      live(): object {
        return { loop: 'stuck' };
      }

      @Get('startup')
      startup(): string {
        return 'started';
      }
    }
    return { controllers: [HealthController] };
  },
  exchanges: [get('/health/ready'), refused(503, '/health/live'), get('/health/startup')],
};
