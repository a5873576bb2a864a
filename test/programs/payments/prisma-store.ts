import { type DynamicModule, Injectable, type OnModuleDestroy, type OnModuleInit, type Provider } from '@nestjs/common';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { PrismaPg } from '@prisma/adapter-pg';
import { PaymentStore } from './payment-store.js';
import { plan, POOL_SIZE } from './plan.js';
import { PrismaClient } from './prisma-client.js';
import { type Client } from './prisma-model.js';
import { prismaOfFolder } from './prisma-folder.js';

/** How long a transaction may wait and last, longer than anything here. */
const LIMITS = { maxWait: 120_000, timeout: 120_000 };

const other = plan.prismaFolder === undefined ? undefined : prismaOfFolder(plan.prismaFolder);

function adapter(): object {
  const { hostname: host, port, username: user, pathname, searchParams } = new URL(plan.url);
  if (plan.server === 'postgres') {
    const schema = /search_path=(\w+)/.exec(searchParams.get('options') ?? '')?.[1];
    if (other !== undefined) return other.adapter(plan.url, schema, POOL_SIZE);
    return new PrismaPg({ connectionString: plan.url, max: POOL_SIZE }, schema === undefined ? {} : { schema });
  }
  return new PrismaMariaDb({ host, port: Number(port), user, database: pathname.slice(1), connectionLimit: POOL_SIZE });
}

/** The same without code that closes it. */
@Injectable()
class OpenPrismaService extends (other?.PrismaClient ?? PrismaClient) {
  constructor() {
    super({ adapter: adapter() });
  }
}

/** As Nest's documentation has it. */
@Injectable()
class PrismaService extends (other?.PrismaClient ?? PrismaClient) implements OnModuleInit, OnModuleDestroy {
  constructor() {
    super({ adapter: adapter() });
  }

  async onModuleInit(): Promise<void> {
    await this.$connect();
  }

  async onModuleDestroy(): Promise<void> {
    await this.$disconnect();
  }
}

/** As services that count their queries have it, or hide rows. */
function extended(): Client {
  return new OpenPrismaService().$extends({ query: { $allOperations: ({ args, query }) => query(args) } });
}

function provided(): Provider {
  if (plan.leftOpen === undefined) return PrismaService;
  return plan.leftOpen === 'extended'
    ? { provide: PrismaService, useFactory: extended }
    : { provide: PrismaService, useClass: OpenPrismaService };
}

@Injectable()
class PrismaStore extends PaymentStore {
  constructor(private readonly prisma: PrismaService) {
    super();
  }

  async pay(order: number, between: () => Promise<void>): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      await transaction.orders.create({ data: { id: order } });
      await between();
      await transaction.payments.create({ data: { order_id: order } });
    }, LIMITS);
  }
}

export class PrismaStoreModule {
  static register(): DynamicModule {
    return {
      module: PrismaStoreModule,
      providers: [provided(), { provide: PaymentStore, useClass: PrismaStore }],
      exports: [PaymentStore],
    };
  }
}
