import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Controller, type DynamicModule, Inject, Module, Param, ParseIntPipe, Post } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { createApp } from '../create-app.js';
import { PaymentStore } from './payment-store.js';
import { plan } from './plan.js';

/**
 * A service of a payments ledger: says which orders have come (`got 12`), whose transactions have begun (`took 12 (3)`, with how many
 * so far), and which of these have no end (`hangs 17`).
 */

let begun = 0;

@Controller('orders')
class OrderController {
  constructor(
    @Inject(PaymentStore) private readonly store: PaymentStore,
    @Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown,
  ) {}

  @Post(':id')
  async order(@Param('id', ParseIntPipe) id: number): Promise<{ order: number }> {
    console.log(`got ${id}`);
    await this.store.pay(id, () => this.between(id));
    return { order: id };
  }

  /** The order is written, its payment is not. */
  private async between(id: number): Promise<void> {
    begun += 1;
    console.log(`took ${id} (${begun})`);
    const [least, most] = plan.betweenMs;
    if (plan.hangs === 'never' || id % 10 !== 7) return setTimeout(least + Math.random() * (most - least));
    console.log(`hangs ${id}`);
    const { signal } = this.shutdown;
    await setTimeout(600_000, undefined, plan.hangs === 'until told' ? { signal } : {});
  }
}

/** Loads only the client that is asked for. */
async function storeModule(): Promise<DynamicModule> {
  switch (plan.client) {
    case 'typeorm':
      return (await import('./type-orm-store.js')).TypeOrmStoreModule.register();
    case 'drizzle':
      return (await import('./drizzle-store.js')).DrizzleModule.register();
    case 'prisma':
      return (await import('./prisma-store.js')).PrismaStoreModule.register();
    case 'driver':
      return plan.server === 'postgres'
        ? (await import('./pg-store.js')).PgModule.register()
        : (await import('./mysql-store.js')).MysqlModule.register();
  }
}

async function main(): Promise<void> {
  @Module({
    imports: [await storeModule(), GracefulShutdownModule.forRoot(plan.options)],
    controllers: [OrderController],
  })
  class PaymentsModule {}

  const app = await createApp(PaymentsModule);
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  process.on('exit', () => console.log(`report: ${JSON.stringify(shutdown.report)}`));
  await app.listen(0, '127.0.0.1');
  // Of a TCP server, an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
