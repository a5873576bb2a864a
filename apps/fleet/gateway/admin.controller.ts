import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import {
  GracefulShutdown,
  type DetailedHealth,
  ProductionReadiness,
  type ProductionReadinessResult,
} from 'nestjs-lifecycle';
import { AdminGuard } from '../stack/admin.guard.js';
import { type FleetStatus, FleetStatusReader } from './fleet-status.js';

/** For operators. */
@Controller('v1/admin/system')
@UseGuards(AdminGuard)
export class AdminController {
  constructor(
    private readonly fleet: FleetStatusReader,
    private readonly shutdown: GracefulShutdown,
    private readonly readiness: ProductionReadiness,
  ) {}

  /** The status of all instances of all services. */
  @Get('status')
  @Header('Cache-Control', 'no-store')
  status(): Promise<FleetStatus> {
    return this.fleet.read();
  }

  /** The gateway's own variables, with credentials hidden, and what its configuration lacks for production. */
  @Get('environment')
  @Header('Cache-Control', 'no-store')
  environment(): { environment: DetailedHealth['environment']; production: ProductionReadinessResult | undefined } {
    return { environment: this.shutdown.detailedHealth().environment, production: this.readiness.result };
  }
}
