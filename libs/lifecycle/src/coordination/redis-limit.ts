import { randomUUID } from 'node:crypto';
import { clearInterval, setInterval } from 'node:timers';
import { type ShutdownLimit } from './shutdown-limit.js';
import { tryUntilFree } from './try-again.js';

/** A client of `ioredis`, as far as it is used. */
export interface IoredisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client of `redis`, as far as it is used. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** How long a place is kept for a process that does not say that it still has it. */
const LEASE_MS = 10_000;
const RENEWALS = 4;

// A place is only touched by the one that has it.
const RENEW = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2]) or 0";
const FREE = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('del', KEYS[1]) or 0";

/**
 * Places as keys of Redis, `nestjs-lifecycle:{<group>}:<place>`, that expire. A process that is killed loses its place
 * after 10 s at most. Takes a client of `ioredis`, or one of `redis` that is connected; of Redis Cluster, one of `ioredis`.
 */
export function redisLimit(client: IoredisClient | NodeRedisClient): ShutdownLimit {
  const send = (...command: [string, ...string[]]): Promise<unknown> =>
    'call' in client ? client.call(...command) : client.sendCommand(command);
  return {
    join: (request) =>
      tryUntilFree(request, async (place) => {
        const key = `nestjs-lifecycle:{${request.group}}:${place}`;
        const token = randomUUID();
        if ((await send('SET', key, token, 'NX', 'PX', String(LEASE_MS))) === null) return undefined;
        const stop = renew(() => send('EVAL', RENEW, '1', key, token, String(LEASE_MS)));
        return async () => {
          stop();
          if (Number(await send('EVAL', FREE, '1', key, token)) === 1) return;
          throw new Error(`the key ${key} had expired: this process, or Redis, had not answered for ${LEASE_MS} ms`);
        };
      }),
  };
}

/** A renewal that fails is tried again; a lease that is over shows when the place is given back. */
function renew(send: () => Promise<unknown>): () => void {
  const timer = setInterval(() => void send().catch(() => undefined), LEASE_MS / RENEWALS);
  timer.unref();
  return () => clearInterval(timer);
}
