import { createHash } from 'node:crypto';
import type { ThrottlerModuleOptions } from '@nestjs/throttler';
import { z } from 'zod';
import type { Settings } from '../stack/settings.js';

const MINUTE_MS = 60_000;
const REQUEST = z.object({ ip: z.string(), headers: z.object({ authorization: z.string().optional() }) });

/** How many requests of a minute are served: per token, and per address. Each instance of the gateway counts its own. */
export function rateLimits({ limits }: Settings): ThrottlerModuleOptions {
  return [
    { name: 'user', ttl: MINUTE_MS, limit: limits.perUser, getTracker: (request) => userOf(REQUEST.parse(request)) },
    { name: 'address', ttl: MINUTE_MS, limit: limits.perIp, getTracker: (request) => REQUEST.parse(request).ip },
  ];
}

/** The token, hashed; the address of who has none. */
function userOf({ ip, headers: { authorization } }: z.infer<typeof REQUEST>): string {
  return authorization === undefined ? ip : createHash('sha256').update(authorization).digest('hex');
}
