import { ioredis } from './kinds/ioredis.js';
import { pgPool } from './kinds/pg-pool.js';
import { type ResourceKind } from './resource-kind.js';

/** Every kind of resource that is known, the more specific first. A new one is a file in `kinds`, and a line here. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [pgPool, ioredis];
