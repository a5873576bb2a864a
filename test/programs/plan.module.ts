import { Injectable, Module, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Redis } from 'ioredis';
import { GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { Pool } from 'pg';

/** Ends by itself what it has, as many services do. */
@Injectable()
class Database extends Pool implements OnModuleInit, OnModuleDestroy {
  onModuleInit(): void {
    throw new Error('a service that prints its plan is not initialised');
  }

  async onModuleDestroy(): Promise<void> {
    await this.end();
  }
}

@Injectable()
class Ledger {
  @OnGracefulShutdown(20)
  close(): void {}
}

@Module({
  imports: [GracefulShutdownModule.forRoot()],
  providers: [
    Database,
    Ledger,
    { provide: 'REDIS', useFactory: () => new Redis({ lazyConnect: true }) },
    { provide: 'EVENTS', useFactory: () => console.log('a line of the application') },
  ],
})
export class AppModule {}
