import { join } from 'node:path';
import { type RehearsalOptions, toRequestKind } from 'nestjs-lifecycle-rollout';
import { programFolders } from './repository.js';

/** What `test/programs/faulty-service.ts` is made of. */
export const SERVICE_KINDS = ['express', 'fastify', 'node'] as const;

/** One of them. */
export type ServiceKind = (typeof SERVICE_KINDS)[number];

/** Rehearsals that have to be clean: each starts four services, and more at once would measure how busy the machine is. */
export const REHEARSALS_AT_ONCE = 2;

/** The program that makes the known mistakes, and without FAULTS none. */
export const faultyService = join(programFolders[12], 'faulty-service.js');

/** The lame duck of the service that makes no mistake, and the lag of the endpoints that it has to outlast. */
const LAME_DUCK_MS = 1500;
const LAG_MS = 500;

/**
 * A rolling update of that service in the shortest time that still tells good from bad: both pods are replaced at once, and the nodes
 * learn half a second late.
 */
export function quickRehearsal(
  kind: ServiceKind,
  { env = {}, ...changes }: Partial<RehearsalOptions> = {},
): RehearsalOptions {
  return {
    command: ['node', faultyService],
    env: {
      ...{ KIND: kind, NO_COLOR: '1', LAME_DUCK_MS: String(LAME_DUCK_MS) },
      ...{ OPTIONS: JSON.stringify({ lameDuck: LAME_DUCK_MS }), ...env },
    },
    replicas: 2,
    maxSurge: 2,
    maxUnavailable: 0,
    gracePeriod: '6s',
    // A machine that is busy starts and answers slowly; none of these is about that.
    readiness: { path: '/health/ready', period: '250ms', timeout: '5s', failureThreshold: 20 },
    liveness: { path: '/health/live', period: '1s', timeout: '5s', failureThreshold: 60 },
    nodes: 2,
    endpointLag: LAG_MS,
    requests: [toRequestKind({ path: '/work' }), toRequestKind({ method: 'POST', path: '/orders', weight: 0.5 })],
    rate: 30,
    clients: 6,
    warmUp: '500ms',
    coolDown: '300ms',
    seed: 20_261_121,
    requestTimeout: '8s',
    ...changes,
  };
}
