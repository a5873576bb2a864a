import { setMaxListeners } from 'node:events';
import { type Address } from './address.js';
import { arrivals } from './arrivals.js';
import { type Clock, elapsed } from '../clock/clock.js';
import { Clients } from './clients.js';
import { callsOfFiles, callsOfServer, type GrpcCalls } from './grpc/grpc-calls.js';
import { type Ledger } from '../ledger/ledger.js';
import { logIn } from './login.js';
import { type GrpcSource, type LoadPlan, type RequestKind } from './load-plan.js';
import { type LoadPace, OpenLoop } from './open-loop.js';
import { type Random } from '../random/random.js';
import { type AttemptsOf, RequestKeeper } from './request-keeper.js';

/**
 * All closed-loop clients together ask so often at most. Without a limit they would ask as fast as loopback answers, take the processors
 * from the service, and measure the machine.
 */
const CLOSED_LOOP_MOST_PER_SECOND = 100;

/** What a load is given. */
export interface LoadWorld {
  /** Where clients connect. */
  readonly address: Address;
  readonly clock: Clock;
  /** The streams `load/arrivals` and `load/closed-loop/<client>`. */
  readonly random: Random;
  /** Milliseconds since the start of the rehearsal: the times of its records. */
  readonly sinceStart: () => number;
  readonly requestTimeoutMs: number;
  readonly ledger: Ledger;
  /** A balancer's; `undefined` where clients talk to the service itself. */
  readonly attemptsOf?: AttemptsOf;
}

/**
 * The clients of a rehearsal: some come whatever the answers do, some wait for theirs. None ever tries again what failed, so every
 * failure is seen.
 */
export class Load {
  readonly #clients: Clients;
  readonly #stopping = new AbortController();
  readonly #abandoned = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #openLoop: OpenLoop | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isStarted = false;
  #token: string | undefined;

  constructor(
    private readonly plan: LoadPlan,
    private readonly world: LoadWorld,
  ) {
    const { address, clock, sinceStart, requestTimeoutMs, ledger, attemptsOf } = world;
    const signals = { stopping: this.#stopping.signal, abandoned: this.#abandoned.signal };
    // Every request in flight listens; that many are meant.
    setMaxListeners(0, signals.stopping, signals.abandoned);
    const keeper = new RequestKeeper({ ledger, sinceStart, attemptsOf, token: () => this.#token });
    this.#clients = new Clients(plan, { address, clock, sinceStart, requestTimeoutMs, ...signals }, keeper);
  }

  /** How many requests have no fate yet; an open stream is one. */
  get inFlight(): number {
    return this.world.ledger.inFlight;
  }

  /** How well this machine kept the rate of the open loop. */
  get pace(): LoadPace {
    return this.#openLoop?.pace ?? { due: 0, late: 0, unsent: 0, latestMs: 0 };
  }

  /**
   * Finds out what has to be known before the first request: what messages of gRPC look like, and the token where the plan has a login. That is no request of the
   * load. When `end` fires it is left undone.
   *
   * @throws GrpcError when a call cannot be made as it is written
   * @throws LoginError when there is no token
   */
  async prepare(end?: AbortSignal): Promise<void> {
    const { grpc, login } = this.plan;
    if (grpc !== undefined) await unlessEnded(end, async () => this.#clients.learn(await this.#lookUpCalls(grpc, end)));
    if (login === undefined) return;
    await unlessEnded(end, async () => {
      this.#token = await logIn(login, { ...this.world, end });
    });
  }

  #lookUpCalls(grpc: GrpcSource, end: AbortSignal | undefined): Promise<GrpcCalls> {
    const { kinds } = this.plan;
    if (grpc.protos.length > 0) return callsOfFiles(grpc, kinds);
    const { address, requestTimeoutMs } = this.world;
    const late = AbortSignal.timeout(requestTimeoutMs);
    const signal = end === undefined ? late : AbortSignal.any([late, end]);
    return callsOfServer(grpc, kinds, { address, signal });
  }

  /** Begins to ask. A load is started once. */
  start(): void {
    if (this.#isStarted) throw new Error('The load has been started already.');
    this.#isStarted = true;
    this.#playOpenLoop();
    for (let index = 0; index < this.plan.closedClients; index += 1) this.#run(this.#playClosedLoop(index));
  }

  /** Ends all clients at once, also where the rehearsal has failed and `stop` was never called. What failed in the load is told by `stop`. */
  async close(): Promise<void> {
    this.#abandoned.abort();
    await this.#end();
  }

  /**
   * Asks nothing more, and resolves when everything has its fate. Clients of streams go by themselves, which is `answered`. What is
   * still in flight when `signal` fires is `unfinished`.
   */
  async stop(signal?: AbortSignal): Promise<void> {
    const abandon = (): void => this.#abandoned.abort();
    signal?.addEventListener('abort', abandon, { once: true });
    if (signal?.aborted === true) abandon();
    await this.#end();
    signal?.removeEventListener('abort', abandon);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #end(): Promise<void> {
    this.#openLoop?.stop();
    this.#stopping.abort();
    while (this.#running.size > 0) await Promise.all(this.#running);
    this.#clients.close();
  }

  #playOpenLoop(): void {
    const { clock, random } = this.world;
    const schedule = arrivals(this.plan, random.stream('load/arrivals'));
    this.#openLoop = new OpenLoop(schedule, clock, (arrival) => this.#run(this.#clients.play(arrival)));
  }

  async #playClosedLoop(index: number): Promise<void> {
    const { clock, random } = this.world;
    const { signal } = this.#stopping;
    const shortest = (1000 * this.plan.closedClients) / CLOSED_LOOP_MOST_PER_SECOND;
    const stream = random.stream(`load/closed-loop/${index}`);
    const kinds = this.plan.kinds.filter((kind) => this.#clients.hasEnd(kind));
    const weights = kinds.map(({ weight }) => weight);
    const client = this.#clients.closedLoopClient();
    try {
      await elapsed(clock, stream.uniform(0, shortest), signal);
      while (!signal.aborted) {
        const kind: RequestKind | undefined = kinds[stream.weighted(weights)];
        if (kind === undefined) break;
        const askedAt = clock.now();
        await client.ask(kind);
        await elapsed(clock, askedAt + shortest - clock.now(), signal);
      }
    } finally {
      client.close();
    }
  }

  /** What fails here is a fault of the load itself, and `stop` says so. */
  #run(work: Promise<void>): void {
    const followed = this.#follow(work);
    this.#running.add(followed);
    void followed.finally(() => this.#running.delete(followed));
  }

  async #follow(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.#failure ??= { error };
    }
  }
}

/** Does the work. An error that comes after `end` has fired is not thrown: the result is not needed any more. */
async function unlessEnded(end: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
  const isOver = (): boolean => end?.aborted === true;
  if (isOver()) return;
  try {
    await work();
  } catch (error) {
    if (!isOver()) throw error;
  }
}
