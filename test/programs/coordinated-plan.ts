import { Redis } from 'ioredis';
import type { GracefulShutdownOptions, postgresLimit, redisLimit, ShutdownLimit } from 'nestjs-lifecycle';
import { Pool } from 'pg';
import { createClient } from 'redis';

/** An instance of a service whose instances take turns to stop; says when it begins to drain, and when its drain is over. */
export interface CoordinatedPlan {
  readonly through: 'ioredis' | 'redis' | 'postgres';
  readonly url: string;
  readonly group: string;
  readonly limit: number;
  readonly maxWait: `${number}s`;
  readonly options: GracefulShutdownOptions;
  /** How long its drain takes, in milliseconds. */
  readonly workMs: number;
}

// What the test passes.
export const plan = JSON.parse(process.env['COORDINATED'] ?? '{}') as CoordinatedPlan;

/** The functions of the entry that a program has. */
interface Limits {
  readonly redisLimit: typeof redisLimit;
  readonly postgresLimit: typeof postgresLimit;
}

/** Where the instances agree. It says when a place begins to be given back: until then nobody else has it. */
export function toldLimit(limits: Limits): ShutdownLimit {
  return told(connected(limits));
}

function connected({ redisLimit, postgresLimit }: Limits): ShutdownLimit {
  const ignored = (): void => undefined;
  switch (plan.through) {
    case 'ioredis':
      return redisLimit(new Redis(plan.url).on('error', ignored));
    case 'redis': {
      const client = createClient({ url: plan.url }).on('error', ignored);
      void client.connect().catch(ignored);
      return redisLimit(client);
    }
    case 'postgres':
      return postgresLimit(new Pool({ connectionString: plan.url, max: 2 }).on('error', ignored));
  }
}

function told(limit: ShutdownLimit): ShutdownLimit {
  return {
    join: async (request) => {
      const free = await limit.join(request);
      return () => {
        console.log(`freeing at ${process.hrtime.bigint()}`);
        return free();
      };
    },
  };
}
