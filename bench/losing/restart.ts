import { setTimeout as sleep } from 'node:timers/promises';
import { type Node } from '../support/node-versions.js';
import { Service } from '../support/service.js';
import { wallClock } from '../support/within.js';
import { DELAY_MS, type Variant } from '../variants.js';
import { Clients, type ClientKind, type Ledger } from './clients.js';
import { Router } from './router.js';

/** One replica of two is told to stop, and its clients hear of it later. */
export interface Restart {
  readonly variant: Variant;
  readonly node: Node;
  /** How long after the signal new connections still go to it. */
  readonly lagMs: number;
  /** Of each kind of client. */
  readonly perSecond: number;
  /** The other replica, which is not stopped. */
  readonly staying: Service;
}

/** What came of it. */
export interface RestartResult {
  readonly ledgers: Readonly<Record<ClientKind, Ledger>>;
  /** From the signal on; `undefined` when it had to be killed. */
  readonly exitMs: number | undefined;
  readonly exit: string;
}

const WARM_UP_MS = 1500;
/** Clients go on for this long after both the lag and the longest delay are over. */
const TAIL_MS = 2000;
/** As long as the platform gives. */
const GRACE_MS = 30_000;

/** Stops one of two replicas under load, and counts what is lost. */
export async function restart({ variant, node, lagMs, perSecond, staying }: Restart): Promise<RestartResult> {
  const options = { gracePeriod: '30s', lameDuck: DELAY_MS };
  const stopping = await oneByOne(() => Service.start({ variant, node, options }));
  try {
    const router = new Router([stopping.port, staying.port]);
    const clients = {
      'keep-alive': new Clients(router, { kind: 'keep-alive', perSecond, stoppingPort: stopping.port }),
      fresh: new Clients(router, { kind: 'fresh', perSecond, stoppingPort: stopping.port }),
    };
    await sleep(WARM_UP_MS);
    for (const kind of Object.values(clients)) kind.signalled();
    const signalledAt = wallClock();
    stopping.terminate();
    const forget = setTimeout(() => router.remove(stopping.port), lagMs);
    await sleep(Math.max(lagMs, DELAY_MS) + TAIL_MS);
    clearTimeout(forget);
    await Promise.all(Object.values(clients).map((kind) => kind.stop()));
    const ending = await endOf(stopping, GRACE_MS - (wallClock() - signalledAt));
    return {
      ledgers: { 'keep-alive': clients['keep-alive'].ledger, fresh: clients.fresh.ledger },
      exitMs: ending === undefined ? undefined : ending.at - signalledAt,
      exit: ending === undefined ? 'SIGKILL' : String(ending.signal ?? ending.code),
    };
  } finally {
    await stopping.kill();
  }
}

let lastBoot: Promise<unknown> = Promise.resolve();

/** Boots take a core each, which those who are measured meanwhile need too. */
function oneByOne<Value>(boot: () => Promise<Value>): Promise<Value> {
  const booted = lastBoot.then(boot);
  lastBoot = booted.catch(() => undefined);
  return booted;
}

async function endOf(service: Service, ms: number): Promise<Awaited<Service['exit']> | undefined> {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined);
  const ending = await Promise.race([service.exit, late]);
  timer.abort();
  return ending ?? undefined;
}
