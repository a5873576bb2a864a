import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearse, type RehearsalOptions, type Verdict } from 'nestjs-lifecycle-rollout';
import { itNeeds, pidNamespaces } from '../support/machine.js';
import { faultyService, quickRehearsal, type ServiceKind } from '../support/quick-rehearsal.js';

/** A mistake, how it is rehearsed, and what has to be found. */
interface KnownFault {
  readonly mistake: string;
  readonly code: string;
  readonly options: Partial<RehearsalOptions>;
  /** Whether it always costs requests here; some only cost a forced kill. */
  readonly isLossy?: boolean;
  /** Whether it shows only where the service is pid 1. */
  readonly needsPid1?: boolean;
}

const npmFolder = mkdtempSync(join(tmpdir(), 'rehearsed-by-npm-'));
writeFileSync(
  join(npmFolder, 'package.json'),
  JSON.stringify({ name: 'by-npm', scripts: { start: `node ${faultyService}` } }),
);
afterAll(() => rmSync(npmFolder, { recursive: true }));

const faulty = (...faults: string[]): Partial<RehearsalOptions> => ({ env: { FAULTS: faults.join(',') } });
/** For services that have to be killed. */
const short = { gracePeriod: '3s' } as const;

/** Nodes that learn so late that what is refused outweighs the few requests that cross the end of a connection. */
const late = { endpointLag: '2s', clients: 3 } as const;

const KNOWN_FAULTS: readonly KnownFault[] = [
  {
    mistake: 'closes its listener at SIGTERM, and leaves its readiness as it is',
    code: 'listener-closed-early',
    options: { ...faulty('closes-at-once', 'ready-to-the-end'), ...late },
    isLossy: true,
  },
  {
    mistake: 'closes its listener at SIGTERM behind a balancer of requests',
    code: 'listener-closed-early',
    options: { ...faulty('closes-at-once'), ...late, balancer: 'request' },
    isLossy: true,
  },
  {
    mistake: 'stays ready while it is restarted without a deletion',
    code: 'readiness-stays-up',
    options: { ...faulty('ready-to-the-end'), chaos: [{ kind: 'liveness-kill', at: '10ms' }] },
    isLossy: true,
  },
  {
    mistake: 'has only a preStop hook',
    code: 'pre-stop-only',
    options: { ...faulty('ends-soon'), preStop: '2s' },
    isLossy: true,
  },
  {
    mistake: 'closes its database first',
    code: 'dependency-closed-first',
    options: faulty('database-first'),
    isLossy: true,
  },
  {
    mistake: 'has requests that take longer than its grace period',
    code: 'grace-period-too-short',
    options: { env: { WORK_MS: '4000' }, ...short, rate: 5, clients: 2 },
    isLossy: true,
  },
  {
    mistake: 'is started by npm',
    code: 'signal-not-forwarded',
    options: { command: 'npm start', cwd: npmFolder, ...short },
    needsPid1: true,
  },
  {
    mistake: 'is started by a shell',
    code: 'signal-not-forwarded',
    options: { command: ['sh', '-c', `node ${faultyService}; true`], ...short },
    needsPid1: true,
  },
  { mistake: 'has a hook that hangs', code: 'hook-hangs', options: { ...faulty('hanging-hook'), ...short } },
  {
    mistake: 'hangs after its last connection has ended',
    code: 'hook-hangs',
    options: { ...faulty('hanging-at-the-end'), gracePeriod: '4s', balancer: 'request' },
  },
  {
    mistake: 'waits for connections that are kept alive longer than its drain',
    code: 'no-connection-close',
    options: { ...faulty('keeps-connections'), gracePeriod: '4s' },
  },
  { mistake: 'ties liveness to readiness', code: 'liveness-follows-readiness', options: faulty('live-as-ready') },
  {
    mistake: 'has no handler of SIGTERM, as pid 1',
    code: 'ignores-sigterm',
    options: { ...faulty('no-handler'), ...short },
    needsPid1: true,
  },
  {
    mistake: 'has no handler of SIGTERM, and is not pid 1',
    code: 'no-signal-handling',
    options: { ...faulty('no-handler'), pid1: false },
    isLossy: true,
  },
];

const ADAPTERS = ['express', 'fastify'] as const;
/** Each mistake on one of them, by turns: a rehearsal sees a service from outside. `npm run test:faults` has each on both. */
const onBoth = process.env['FAULTS_ON'] === 'both';

describe.each(ADAPTERS)('a rehearsal finds what is wrong with a service (%s) that', (kind) => {
  for (const fault of KNOWN_FAULTS.filter((_, index) => onBoth || ADAPTERS[index % ADAPTERS.length] === kind))
    rehearsing(fault.mistake, () => isFound(kind, fault), fault.needsPid1 === true ? pidNamespaces : undefined);
});

describe('a rehearsal finds what is wrong with a service without a framework that', () => {
  for (const fault of KNOWN_FAULTS.slice(0, 1)) rehearsing(fault.mistake, () => isFound('node', fault));
});

/** Rehearsals wait for time more than for the processor, so several go on at once. */
function rehearsing(name: string, test: () => Promise<void>, needs = { name: '', isAvailable: true }): void {
  if (needs.isAvailable) it.concurrent(name, test);
  else itNeeds(needs, name, test);
}

async function isFound(kind: ServiceKind, { code, options, isLossy }: KnownFault): Promise<void> {
  const verdict = await rehearse(quickRehearsal(kind, options));
  const summary = { ...summaryOf(verdict), isNamed: verdict.faults.some((fault) => fault.code === code) };
  // Beside the mistake itself, a request may cross the end of a connection, and which of them costs more is chance.
  // Compared with itself, so that all of it is printed where one of these is not as it should be.
  expect(summary).toEqual({ ...summary, isNamed: true, isClean: false, update: 'complete' });
  if (isLossy === true) expect(verdict.lost.filter(({ cause }) => cause === code).length).toBeGreaterThan(0);
}

/** What is worth reading where one fails. */
function summaryOf({ seed, isClean, update, faults, pods, requests, notes }: Verdict) {
  return { isClean, update, seed, faults, requests, pods: pods.map(({ name, exit }) => ({ name, exit })), notes };
}
