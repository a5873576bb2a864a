import { Module } from '@nestjs/common';
import { Redis } from 'ioredis';
import { DataSource } from 'typeorm';
import { AccessModule } from '../stack/access.module.js';
import { Settings } from '../stack/settings.js';
import { StackModule } from '../stack/stack.module.js';
import { StorageModule } from '../storage/storage.module.js';
import { AuthController } from './auth.controller.js';
import { RedisSessions } from './redis-sessions.js';
import { Sessions } from './sessions.js';
import { TableSessions } from './table-sessions.js';
import { Users } from './users.js';

const REDIS = Symbol('REDIS');

/** The service `auth`: users, sessions, tokens. */
@Module({
  imports: [StackModule.forService('auth', ['JWT_SECRET']), StorageModule, AccessModule],
  controllers: [AuthController],
  providers: [
    Users,
    {
      // A provider of its own, so that the lifecycle module finds the client and closes it.
      provide: REDIS,
      inject: [Settings],
      useFactory: ({ variables }: Settings) =>
        variables.REDIS_URL === undefined ? undefined : new Redis(variables.REDIS_URL),
    },
    {
      provide: Sessions,
      inject: [Settings, DataSource, REDIS],
      useFactory: ({ variables }: Settings, database: DataSource, redis: Redis | undefined): Sessions => {
        const { SESSION_SECONDS: ttlSeconds } = variables;
        if (redis) return new RedisSessions(redis, variables.FLEET_PREFIX, ttlSeconds);
        return new TableSessions(database, ttlSeconds);
      },
    },
  ],
})
export class AuthModule {}
