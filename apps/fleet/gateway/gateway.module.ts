import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { DetailedHealthModule } from 'nestjs-lifecycle';
import { AdminGuard } from '../stack/admin.guard.js';
import { Settings } from '../stack/settings.js';
import { StackModule } from '../stack/stack.module.js';
import { AdminController } from './admin.controller.js';
import { FleetStatusReader } from './fleet-status.js';
import { ForwardController } from './forward.controller.js';
import { rateLimits } from './limits.js';
import { SessionGuard } from './session.guard.js';
import { Upstreams } from './upstreams.js';

/** The service `gateway`: the one that clients talk to. */
@Module({
  imports: [
    StackModule.forService('gateway', ['ADMIN_TOKEN']),
    DetailedHealthModule.register({ guards: [AdminGuard] }),
    ThrottlerModule.forRootAsync({ inject: [Settings], useFactory: rateLimits }),
  ],
  controllers: [AdminController, ForwardController],
  providers: [Upstreams, SessionGuard, FleetStatusReader, { provide: APP_GUARD, useClass: ThrottlerGuard }],
})
export class GatewayModule {}
