import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { Settings } from '../stack/settings.js';

/** BullMQ on `REDIS_URL`. */
export function bullConnection(): DynamicModule {
  return BullModule.forRootAsync({
    inject: [Settings],
    useFactory: ({ variables }: Settings) => ({
      connection: { url: variables.REDIS_URL ?? '', maxRetriesPerRequest: null },
      prefix: `${variables.FLEET_PREFIX}-bull`,
    }),
  });
}
