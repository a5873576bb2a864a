import { fateOfError } from './fate-of-error.js';
import { type ClientWorld } from './client-world.js';
import { type ConnectionLife } from './connection-life.js';
import { type ConnectionFacts, type Fate } from '../ledger/request-record.js';
import { type Outcome } from './outcome.js';

/** The connection that a request travels on, as far as its fate depends on it. */
export interface Way {
  /** Whether it has ever been open. */
  readonly hasOpened: boolean;
  /** Known once it has opened, and kept after it has closed. */
  readonly localPort: number | undefined;
  readonly life: ConnectionLife;
}

/**
 * One try of a request: gathers what is seen of it, and settles once, whatever is seen later. Without any progress for the client's
 * patience it settles as `timeout`, or as `black-hole` when not even the connection has opened.
 */
export class Exchange {
  status: number | undefined;
  answeredAt: number | undefined;
  endsConnection: boolean | undefined;
  isUnprocessed = false;
  servedBy: string | undefined;
  /** Of a call of gRPC: the name of its status. */
  grpcStatus: string | undefined;
  readonly #connection: ConnectionFacts;
  readonly settled: Promise<Outcome>;
  #resolve: ((outcome: Outcome) => void) | undefined;
  #cancelPatience: () => void = () => undefined;
  readonly #cleanUps: (() => void)[] = [];

  constructor(
    private readonly world: ClientWorld,
    private readonly way: Way,
    private readonly isReused: boolean,
  ) {
    this.#connection = way.life.use(world.sinceStart());
    this.settled = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    const abandon = (): void => this.settle('unfinished', 'the rehearsal ended first');
    world.abandoned.addEventListener('abort', abandon, { once: true });
    this.whenSettled(() => world.abandoned.removeEventListener('abort', abandon));
    this.renewPatience();
    if (world.abandoned.aborted) abandon();
  }

  get isSettled(): boolean {
    return this.#resolve === undefined;
  }

  /** The first byte of an answer has come. */
  begin(status: number, headers: Readonly<Record<string, unknown>> = {}): void {
    this.status = status;
    this.servedBy = servedBy(headers) ?? this.servedBy;
    this.answeredAt ??= this.world.sinceStart();
  }

  /** Something moved: patience counts from now. */
  renewPatience(): void {
    this.#cancelPatience();
    if (this.isSettled) return;
    const ms = this.world.requestTimeoutMs;
    this.#cancelPatience = this.world.clock.after(ms, () => {
      this.settle(this.way.hasOpened ? 'timeout' : 'black-hole', `nothing for ${ms} ms`);
    });
  }

  /** A stream that is open may be silent for as long as it likes. */
  endPatience(): void {
    this.#cancelPatience();
  }

  /** Calls `cleanUp` once: when the fate is decided, or now if it is. */
  whenSettled(cleanUp: () => void): void {
    if (this.isSettled) cleanUp();
    else this.#cleanUps.push(cleanUp);
  }

  fail(error: Error): void {
    const { fate, detail } = fateOfError(error, this.way.hasOpened);
    this.settle(fate, detail);
  }

  settle(fate: Fate, detail?: string): void {
    const resolve = this.#resolve;
    if (resolve === undefined) return;
    this.#resolve = undefined;
    this.#cancelPatience();
    const endedAt = this.world.sinceStart();
    if (this.status !== undefined) {
      this.way.life.answered(endedAt, { saysClose: this.endsConnection, servedBy: this.servedBy });
    }
    resolve({
      fate,
      status: this.status,
      grpcStatus: this.grpcStatus,
      detail,
      answeredAt: this.answeredAt,
      endedAt,
      localPort: this.way.localPort,
      isReused: this.isReused,
      endsConnection: this.endsConnection,
      servedBy: this.servedBy,
      connection: this.#connection,
      isUnprocessed: this.isUnprocessed,
    });
    for (const cleanUp of this.#cleanUps) cleanUp();
  }
}

/** A service that names its pods in its answers makes a loss on a kept connection one of a known pod. */
function servedBy(headers: Readonly<Record<string, unknown>>): string | undefined {
  const name = headers['x-served-by'];
  return typeof name === 'string' ? name : undefined;
}
