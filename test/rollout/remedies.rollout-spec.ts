import { join } from 'node:path';
import { type Fault, rehearse, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { FAULT_RULES } from '../../libs/rollout/src/verdict/fault-rules.js';
import { itNeeds, pidNamespaces } from '../support/machine.js';
import { programFolders } from '../support/repository.js';

/** What `test/programs/remedied-service.ts` does wrong. */
type Mistakes = Readonly<Record<string, number | boolean>>;

/** A service, and how it is rehearsed. */
interface Played extends Omit<Partial<RehearsalOptions>, 'env'> {
  readonly service?: Mistakes;
  /** Of the new revision, where that is another one. */
  readonly next?: Mistakes;
}

/** A cause of the table in apps/cli/README.md, and the same with its remedy applied. */
interface Cause {
  readonly code: string;
  readonly faulty: Played;
  /** Numbers are read from the remedy itself. */
  readonly remedied: Played | ((remedy: string) => Played);
  readonly needsPid1?: boolean;
}

/**
 * Those that are seen by requests that meet a moment of the stop, or are slow: beside other work a machine may miss the moment, or be slow itself. They have a command of their
 * own, `npm run test:remedies`, for a machine that does nothing else.
 */
const BY_TIMING = [
  ...['chaos', 'cuts-in-flight', 'dependency-closed-first', 'errors-above-limit', 'grace-period-too-short'],
  ...[
    'listener-closed-early',
    'margin-too-small',
    'no-connection-close',
    'no-signal-handling',
    'not-ready-when-routed',
  ],
  ...[
    'never-answered',
    'p99-above-limit',
    'pre-stop-only',
    'readiness-stays-up',
    'refuses-while-routed',
    'slow-answer',
    'slow-exit',
  ],
  ...['stands-still', 'stopped-while-starting', 'streams-not-ended', 'too-few-ready'],
];

/** For what only requests on the way show, also where the machine is busy. */
const busy = { rate: 40, clients: 8 };

/** Has no remedy that a service or its settings could apply, or is none. */
const WITHOUT_REMEDY = ['silent-connection-closed', 'unexplained', 'message-unexplained', 'taken-elsewhere'];

/** Played with real brokers in `messages.rollout-spec`, where the right services beside them show what the remedy does. */
const WITH_BROKERS = ['acknowledged-early', 'done-not-acknowledged', 'no-acknowledgement', 'no-queue-group'];

/** Of messages, and only tried on histories in `verdict/messages.spec`. */
const ON_HISTORIES = [
  ...['handling-unseen', 'message-cut-in-hand', 'message-fails', 'message-fails-while-stopping'],
  ...['message-not-accepted', 'messages-not-taken', 'no-consumer', 'repeated-by-rebalance'],
];

const both = (mistakes: Mistakes): Pick<Played, 'service' | 'next'> => ({ service: mistakes, next: mistakes });
const ofNext = (next: Mistakes, options: Played = {}): Played => ({ ...options, service: {}, next });

const CAUSES: readonly Cause[] = [
  { code: 'never-answered', faulty: { ...both({ failsEvery: 1 }), warmUp: '3s' }, remedied: {} },
  {
    code: 'chaos',
    faulty: { ...both({ workMs: 300 }), balancer: 'request', chaos: [{ kind: 'kill', at: '50ms' }] },
    remedied: { ...both({ workMs: 300 }), balancer: 'request', chaos: [{ kind: 'kill', at: '50ms' }], retries: 1 },
  },
  { code: 'crashed', faulty: ofNext({ crashesAfterMs: 600 }, { progressDeadline: '3s' }), remedied: {} },
  { code: 'liveness-follows-readiness', faulty: both({ liveAsReady: true }), remedied: {} },
  {
    code: 'too-few-ready',
    faulty: { strategy: 'Recreate' },
    remedied: { strategy: 'RollingUpdate', maxSurge: 1, maxUnavailable: 0 },
  },
  {
    code: 'error-answer',
    faulty: both({ failsEvery: 5 }),
    remedied: { ...both({ failsEvery: 5 }), requests: [{ path: '/work', expect: [200, 500] }] },
  },
  {
    code: 'not-ready-when-routed',
    faulty: ofNext({ warmsMs: 1500 }, { readiness: { tcp: true, period: '200ms' } }),
    remedied: ofNext({ warmsMs: 1500 }),
  },
  {
    code: 'pre-stop-outlives-grace',
    faulty: { gracePeriod: '1s', preStop: { exec: 'sleep 1.5' } },
    remedied: (remedy) => ({ gracePeriod: graceIn(remedy), preStop: { exec: 'sleep 1.5' } }),
  },
  { code: 'pre-stop-failed', faulty: { preStop: { exec: 'false' } }, remedied: { preStop: '1s' } },
  {
    code: 'stopped-while-starting',
    faulty: { ...ofNext({ handlesLate: true, startsMs: 20_000 }), gracePeriod: '2s', chaos: rollbackSoon() },
    remedied: { ...ofNext({ handlesLate: true, startsMs: 20_000 }), pid1: false, chaos: rollbackSoon() },
    needsPid1: true,
  },
  {
    code: 'signal-not-forwarded',
    faulty: { command: ['sh', '-c', `node ${program()}; true`], gracePeriod: '1s' },
    remedied: { command: ['sh', '-c', `exec node ${program()}`] },
    needsPid1: true,
  },
  {
    code: 'ignores-sigterm',
    faulty: { ...both({ noHandler: true }), gracePeriod: '1s' },
    remedied: {},
    needsPid1: true,
  },
  { code: 'no-signal-handling', faulty: { ...both({ noHandler: true }), pid1: false }, remedied: { pid1: false } },
  {
    code: 'readiness-stays-up',
    faulty: { ...both({ readyToTheEnd: true, lameDuckMs: 2500 }), ...restartedSoon() },
    remedied: { ...both({ lameDuckMs: 2500 }), ...restartedSoon() },
  },
  { code: 'refuses-while-routed', faulty: both({ refuses: true }), remedied: {} },
  { code: 'dependency-closed-first', faulty: both({ closesDatabase: true }), remedied: {} },
  {
    code: 'grace-period-too-short',
    faulty: { ...both({ workMs: 2500 }), gracePeriod: '2s' },
    remedied: (remedy) => ({ ...both({ workMs: 2500 }), gracePeriod: graceIn(remedy) }),
  },
  {
    code: 'streams-not-ended',
    faulty: { ...both({ keepsStreams: true }), gracePeriod: '2s', ...busy, requests: ['/work x4', 'SSE /events'] },
    remedied: { ...busy, requests: ['/work x4', 'SSE /events'] },
  },
  {
    code: 'hook-hangs',
    faulty: { ...both({ hangs: true }), gracePeriod: '2s' },
    remedied: { ...both({ hangs: true, limitMs: 1200 }), gracePeriod: '2s' },
  },
  { code: 'stands-still', faulty: { ...both({ blocksMs: 2500 }), ...busy, gracePeriod: '6s' }, remedied: busy },
  {
    code: 'pre-stop-only',
    faulty: { ...both({ lameDuckMs: 50, cuts: true, keepsConnections: true }), ...busy, preStop: '1s' },
    remedied: busy,
  },
  {
    code: 'no-connection-close',
    faulty: { ...both({ keepsConnections: true }), ...busy, gracePeriod: '2s' },
    remedied: { ...busy, gracePeriod: '2s' },
  },
  { code: 'cuts-in-flight', faulty: both({ cuts: true, workMs: 400 }), remedied: both({ workMs: 400 }) },
  {
    code: 'listener-closed-early',
    faulty: both({ lameDuckMs: 0 }),
    remedied: (remedy) => ({ ...both({ lameDuckMs: lameDuckIn(remedy) }), gracePeriod: '8s' }),
  },
  {
    code: 'idle-timeout-race',
    faulty: { ...both({ keepAliveMs: 1000 }), balancer: 'request' },
    remedied: (remedy) => ({
      ...both({ keepAliveMs: numberIn(remedy, /keepAliveTimeout = (\d+)/) }),
      balancer: 'request',
    }),
  },
  { code: 'progress-deadline', faulty: ofNext({ neverReady: true }, { progressDeadline: '1s' }), remedied: {} },
  {
    code: 'slow-start',
    faulty: { ...ofNext({ startsMs: 5000 }), ...quickLiveness(), progressDeadline: '4s' },
    remedied: {
      ...ofNext({ startsMs: 5000 }),
      ...quickLiveness(),
      startup: { path: '/live', period: '200ms', failureThreshold: 100 },
    },
  },
  { code: 'failed-exit', faulty: both({ exitCode: 1 }), remedied: {} },
  { code: 'crashes-while-stopping', faulty: both({ throwsInStop: true }), remedied: {} },
  {
    code: 'readiness-flaps',
    faulty: { ...both({ flaps: true }), readiness: { path: '/ready', period: '200ms', failureThreshold: 1 } },
    remedied: {},
  },
  {
    code: 'margin-too-small',
    faulty: { endpointLag: { median: 100, p99: 2500, max: 2500 } },
    remedied: (remedy) => ({
      ...both({ lameDuckMs: lameDuckIn(remedy) }),
      endpointLag: { median: 100, p99: 2500, max: 2500 },
      gracePeriod: '10s',
    }),
  },
  {
    code: 'slow-exit',
    faulty: { ...both({ lingersMs: 3500 }), gracePeriod: '5s' },
    remedied: (remedy) => ({ ...both({ lingersMs: 3500 }), gracePeriod: graceIn(remedy) }),
  },
  {
    code: 'slow-answer',
    faulty: { ...both({ slowEvery: 4, slowMs: 1500 }), requestTimeout: '1s' },
    remedied: { ...both({ slowEvery: 4, slowMs: 1500 }), requestTimeout: '8s' },
  },
  {
    code: 'p99-above-limit',
    faulty: { ...both({ slowAtTheEndMs: 3000 }), maxP99: '2500ms', gracePeriod: '6s' },
    remedied: { maxP99: '2500ms' },
  },
  {
    code: 'errors-above-limit',
    faulty: { ...both({ cuts: true, workMs: 400 }), ...busy, maxErrors: 3 },
    remedied: { ...both({ workMs: 400 }), ...busy, maxErrors: 3 },
  },
];

function program(): string {
  return join(programFolders[12], 'remedied-service.js');
}

/** The new pods are deleted while they start. */
function rollbackSoon(): NonNullable<RehearsalOptions['chaos']> {
  return [{ kind: 'rollback', at: '600ms' }];
}

/** Without a deletion: the pod stays an endpoint until its readiness says otherwise. */
function restartedSoon(): Partial<RehearsalOptions> {
  return { chaos: [{ kind: 'liveness-kill', at: '10ms' }], gracePeriod: '6s' };
}

function quickLiveness(): Partial<RehearsalOptions> {
  return { liveness: { path: '/live', initialDelay: '2s', period: '200ms', timeout: '5s', failureThreshold: 3 } };
}

function numberIn(remedy: string, pattern: RegExp): number {
  const found = pattern.exec(remedy)?.[1];
  if (found === undefined) throw new Error(`the remedy says no such number: ${remedy}`);
  return Number(found);
}

function graceIn(remedy: string): string {
  return `${numberIn(remedy, /terminationGracePeriodSeconds: (\d+)/)}s`;
}

function lameDuckIn(remedy: string): number {
  return numberIn(remedy, /SHUTDOWN_LAME_DUCK=(\d+)s/) * 1000;
}

/** In the shortest time that still tells good from bad. */
function optionsOf({ service = {}, next = {}, ...changes }: Played): RehearsalOptions {
  const isOther = changes.command === undefined && JSON.stringify(service) !== JSON.stringify(next);
  return {
    command: ['node', program()],
    ...(isOther && { nextCommand: ['node', program(), 'next'] }),
    env: { SERVICE: JSON.stringify(service), NEXT: JSON.stringify(next) },
    ...{ replicas: 2, maxSurge: 2, maxUnavailable: 0, gracePeriod: '4s', nodes: 2, endpointLag: 400, seed: 20_261_130 },
    readiness: { path: '/ready', period: '200ms', timeout: '5s', failureThreshold: 5 },
    liveness: { path: '/live', period: '500ms', timeout: '5s', failureThreshold: 60 },
    ...{ requests: ['/work'], rate: 20, clients: 3, warmUp: '600ms', coolDown: '300ms', requestTimeout: '8s' },
    ...changes,
  };
}

async function faultsOf(played: Played): Promise<readonly Fault[]> {
  return (await rehearse(optionsOf(played))).faults;
}

async function isMended({ code, faulty, remedied }: Cause): Promise<void> {
  const found = await faultsOf(faulty);
  // With their evidence, so that all of it is printed where the one is missing.
  expect(found.map((fault) => [fault.code, fault.evidence])).toContainEqual([code, expect.any(String)]);
  const remedy = found.find((fault) => fault.code === code)?.remedy ?? '';
  const left = await faultsOf(typeof remedied === 'function' ? remedied(remedy) : remedied);
  expect(left.filter((fault) => fault.code === code)).toEqual([]);
}

const isAll = process.env['REMEDIES'] === 'all';

/** Rehearsals wait for time more than for the processor, so several go on at once. */
describe('the remedy, applied, makes the finding go away:', () => {
  for (const cause of CAUSES.filter(({ code }) => isAll || !BY_TIMING.includes(code))) {
    if (cause.needsPid1 !== true || pidNamespaces.isAvailable) it.concurrent(cause.code, () => isMended(cause));
    else itNeeds(pidNamespaces, cause.code, () => isMended(cause));
  }
});

it('every cause has a remedy here, or is known to have none', () => {
  const here = [...CAUSES.map(({ code }) => code), ...WITHOUT_REMEDY, ...WITH_BROKERS, ...ON_HISTORIES];
  expect(here.toSorted()).toEqual(FAULT_RULES.map(({ code }) => code).toSorted());
});
