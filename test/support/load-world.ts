import { Ledger } from '../../libs/rollout/src/ledger/ledger.js';
import { type RequestRecord } from '../../libs/rollout/src/ledger/request-record.js';
import { onLoopback } from '../../libs/rollout/src/load/address.js';
import { arrivals } from '../../libs/rollout/src/load/arrivals.js';
import { type ClientWorld } from '../../libs/rollout/src/load/client-world.js';
import { type LoadPlan, type RequestKind } from '../../libs/rollout/src/load/load-plan.js';
import { Load, type LoadWorld } from '../../libs/rollout/src/load/load.js';
import { Random } from '../../libs/rollout/src/random/random.js';
import { ManualClock } from './manual-clock.js';
import { killAfterTest } from './started-programs.js';

/** A request of a test: `GET /`, at once, over HTTP/1.1, unless the test says otherwise. */
export function kindOf(kind: Partial<RequestKind> = {}): RequestKind {
  return {
    name: `${kind.method ?? 'GET'} ${kind.path ?? '/'}`,
    weight: 1,
    transport: 'http1',
    method: 'GET',
    path: '/',
    headers: {},
    body: undefined,
    uploadBytesPerSecond: undefined,
    downloadBytesPerSecond: undefined,
    expect: undefined,
    bodyHas: undefined,
    bodyHasNot: undefined,
    openFor: 60_000,
    ...kind,
  };
}

/** What a client is given in a test: patience of a second, on a clock that the test moves. */
export function clientWorld(port: number) {
  const clock = new ManualClock();
  const start = clock.now();
  const stopping = new AbortController();
  const abandoned = new AbortController();
  const world: ClientWorld = {
    address: onLoopback(port),
    clock,
    sinceStart: () => clock.now() - start,
    requestTimeoutMs: 1000,
    stopping: stopping.signal,
    abandoned: abandoned.signal,
  };
  killAfterTest({ kill: async () => abandoned.abort() });
  return { world, clock, stopping, abandoned };
}

/** A load on a clock that the test moves, which is over when the test is. */
export function loadOf(port: number, plan: Partial<LoadPlan>, world: Partial<LoadWorld> = {}) {
  const clock = new ManualClock();
  const start = clock.now();
  const ledger = new Ledger();
  const load = new Load(
    {
      kinds: [kindOf()],
      openPerSecond: 0,
      closedClients: 0,
      keepAliveShare: 1,
      keepAliveConnections: 1,
      ...plan,
    },
    {
      address: onLoopback(port),
      clock,
      ledger,
      random: new Random(1),
      sinceStart: () => clock.now() - start,
      requestTimeoutMs: 1000,
      ...world,
    },
  );
  killAfterTest({ kill: () => load.stop(AbortSignal.abort()) });
  return { load, clock, ledger, fates: () => fatesOf(ledger.records) };
}

/** The same with one arrival; the next one is days away. */
export async function oneArrivalOf(port: number, kind: RequestKind) {
  const plan = { kinds: [kind], openPerSecond: 1e-6, keepAliveShare: 1 };
  const world = loadOf(port, plan);
  const [first] = arrivals(
    { ...plan, closedClients: 0, keepAliveConnections: 1 },
    new Random(1).stream('load/arrivals'),
  );
  world.load.start();
  await world.clock.advance(first?.atMs ?? 0);
  return world;
}

/** Only the fates. */
export function fatesOf(records: readonly RequestRecord[]): string[] {
  return records.map(({ fate }) => fate);
}
