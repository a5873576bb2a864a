import { Controller, Get } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { LivenessHealthIndicator, ReadinessHealthIndicator, StartupHealthIndicator } from 'nestjs-lifecycle';
import { DatabaseHealth } from './database-health.js';

/** The three Kubernetes probes. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly liveness: LivenessHealthIndicator,
    private readonly readiness: ReadinessHealthIndicator,
    private readonly startup: StartupHealthIndicator,
    private readonly database: DatabaseHealth,
  ) {}

  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.liveness.isAlive()]);
  }

  @Get('ready')
  @HealthCheck()
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.readiness.isAcceptingTraffic(), () => this.database.isAnswering()]);
  }

  @Get('startup')
  @HealthCheck()
  started(): Promise<HealthCheckResult> {
    return this.health.check([() => this.startup.isStarted()]);
  }
}
