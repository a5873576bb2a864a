import { type DynamicModule, Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import type { Servers } from '../messages/broker.js';
import { Outbox } from '../messages/outbox.js';
import { AccessModule } from '../stack/access.module.js';
import { BudgetController } from '../stack/budget/budget.controller.js';
import { Budget } from '../stack/budget/budget.js';
import { Settings } from '../stack/settings.js';
import { StackModule } from '../stack/stack.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { CollaborationGateway } from './drawing/collaboration.gateway.js';
import { DiagramsController } from './drawing/diagrams.controller.js';
import { Diagrams } from './drawing/diagrams.js';
import { Edits } from './drawing/edits.js';
import { ExportsController } from './exports/exports.controller.js';
import { OrdersController } from './orders/orders.controller.js';
import { Publisher } from './publisher.js';
import { QueuesModule } from './queues.module.js';

/** The service `diagrams`: drawing together, uploads, exports, orders, budgets. */
@Module({
  controllers: [DiagramsController, ExportsController, OrdersController, BudgetController],
  providers: [Diagrams, Edits, CollaborationGateway, Outbox, Publisher, Budget],
})
export class DiagramsModule {
  static register(servers: Servers): DynamicModule {
    return {
      module: DiagramsModule,
      imports: [
        StackModule.forService('diagrams', ['JWT_SECRET']),
        StorageModule,
        AccessModule,
        MulterModule.registerAsync({
          inject: [Settings],
          useFactory: ({ limits }: Settings) => ({ limits: { fileSize: limits.uploadBytes, files: 1 } }),
        }),
        QueuesModule.register(servers),
      ],
    };
  }
}
