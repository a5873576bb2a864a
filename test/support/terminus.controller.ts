import { Controller, Get, Inject } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { LivenessHealthIndicator, ReadinessHealthIndicator, StartupHealthIndicator } from 'nestjs-lifecycle';
import { StockIndicator } from './stock-indicator.js';

/** The controller a team writes, with our indicators beside its own. */
@Controller('health')
export class TerminusController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(ReadinessHealthIndicator) private readonly readiness: ReadinessHealthIndicator,
    @Inject(LivenessHealthIndicator) private readonly liveness: LivenessHealthIndicator,
    @Inject(StartupHealthIndicator) private readonly startup: StartupHealthIndicator,
    @Inject(StockIndicator) private readonly stock: StockIndicator,
  ) {}

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.readiness.isAcceptingTraffic(), () => this.stock.isHealthy()]);
  }

  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.liveness.isAlive()]);
  }

  @Get('startup')
  @HealthCheck()
  started(): Promise<HealthCheckResult> {
    return this.health.check([
      () => this.startup.isStarted('boot'),
      () => this.readiness.isAcceptingTraffic('traffic'),
    ]);
  }
}
