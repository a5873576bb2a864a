import { type Clock } from '../../deadline/clock.js';
import { type LongLived } from '../long-lived/departures.js';
import { type Peer } from './peer.js';

/** What a connection needs to know of its service. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Tells what runs for a client that it will not end by itself, and has to. */
  readonly tellToGo: (client: object) => void;
}

/** How long a connection that is told to go may be kept by messages that keep coming; those that run then still end. */
const PATIENCE_MS = 1000;
/** How long a peer may take to answer a close frame. Dead ones never do, and ws would wait for 30 s. */
const HANDSHAKE_MS = 1500;

/** One open connection, what runs on it, and how it goes: answers first, then goodbye, then the end. */
export class OpenConnection implements LongLived {
  readonly #clients = new Set<object>();
  readonly #running = new Set<object>();
  readonly #longLived = new Set<object>();
  readonly #cancel: (() => void)[] = [];
  /** What is waited for when everything else is not, any more. */
  #awaited: Set<object> = this.#running;
  readonly #streams = new Set<() => void>();
  #isLeaving = false;
  #isClosing = false;
  #isTerminated = false;
  #isGone = false;

  constructor(
    readonly peer: Peer,
    private readonly parts: ConnectionParts,
  ) {}

  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  /** How it ended: by a goodbye, without one that the peer could hear, or by the peer before its turn had come. */
  get ending(): 'closed' | 'terminated' | 'left' {
    if (this.#isTerminated || (this.#isClosing && !this.peer.hasHeard)) return 'terminated';
    return this.#isLeaving ? 'closed' : 'left';
  }

  /** Another client on the same connection, such as one of a further namespace. */
  join(client: object): void {
    this.#clients.add(client);
    this.peer.join(client);
  }

  started(work: object, isLongLived: boolean): void {
    this.#running.add(work);
    if (isLongLived) this.#longLived.add(work);
  }

  ended(work: object): void {
    this.#running.delete(work);
    this.#longLived.delete(work);
    this.#awaited.delete(work);
    if (this.#isLeaving) this.#goOn();
  }

  /** Something that would go on for ever, and is ended when the connection leaves. Returns its undo. */
  streams(end: () => void): () => void {
    if (this.#isLeaving) end();
    else this.#streams.add(end);
    return () => this.#streams.delete(end);
  }

  /** Waits for what runs, and for its answers, then says goodbye. */
  leave(): void {
    if (this.#isLeaving || this.#isGone) return;
    this.#isLeaving = true;
    this.#guard(() => this.peer.hold());
    for (const end of this.#streams) this.#guard(end);
    this.#cancel.push(
      this.parts.clock.meanwhile(PATIENCE_MS, () => {
        this.#awaited = new Set(this.#running);
        this.#goOn();
      }),
    );
    this.#goOn();
  }

  /** Says goodbye, whatever runs. */
  close(): void {
    if (this.#isClosing || this.#isGone) return;
    this.#isLeaving = true;
    this.#isClosing = true;
    this.#cancel.push(this.parts.clock.meanwhile(HANDSHAKE_MS, () => this.terminate()));
    this.#guard(() => this.peer.close());
  }

  terminate(): void {
    if (this.#isTerminated) return;
    this.#isTerminated = true;
    this.#guard(() => this.peer.terminate());
  }

  /** It is closed: nothing has to be done any more. */
  closed(): void {
    for (const cancel of this.#cancel.splice(0)) cancel();
    this.#isGone = true;
  }

  #goOn(): void {
    // Not before: the signal is the client's, and short handlers are to end by themselves.
    if (this.#longLived.size === this.#running.size) for (const client of this.#clients) this.parts.tellToGo(client);
    if (this.#awaited.size === 0) this.close();
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.parts.onError(error);
    }
  }
}
