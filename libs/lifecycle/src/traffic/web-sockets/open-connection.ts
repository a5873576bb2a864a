import { type Clock } from '../../deadline/clock.js';
import { type Work } from '../../in-flight/work.js';
import { type LongLived } from '../../in-flight/work-source.js';
import { type Peer } from './peer.js';

/** What a connection needs to know of its service. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** It has been ended before the deadline, and not by its peer, and something that was said is lost. */
  readonly onCut: () => void;
  /** Tells what runs for a client that it will not end by itself, and has to. */
  readonly tellToGo: (client: object) => void;
}

/** How long a connection that is told to go may be kept by messages that keep coming; those that run then still end. */
const PATIENCE_MS = 1000;
/**
 * How long a peer may take to answer a close frame once it has been sent, with all that was said before. Dead ones never
 * do, and ws would wait for 30 s.
 */
const HANDSHAKE_MS = 1500;

/** Something that runs on a connection. Counted, not kept: a set would cost a message more than everything else. */
export interface Run {
  readonly isLongLived: boolean;
  /** What is called by a name, where it is. */
  readonly work?: Work;
  /** Set by the connection. */
  isAwaited?: boolean;
}

/** One open connection, what runs on it, and how it goes: answers first, then goodbye, then the end. */
export class OpenConnection implements LongLived {
  readonly #clients = new Set<object>();
  #running = 0;
  #longLived = 0;
  readonly #cancel: (() => void)[] = [];
  /** How many of those that run are waited for: all of them, as long as there is patience. */
  #awaited = 0;
  #isPatient = true;
  /** What ended last: most likely its answer is what the peer has yet to read. */
  #latest: Work | undefined;
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

  /** The last message that was worked on to its end. */
  get latest(): Work | undefined {
    return this.#latest;
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

  started(run: Run): void {
    this.#running += 1;
    if (run.isLongLived) this.#longLived += 1;
    run.isAwaited = this.#isPatient;
    if (run.isAwaited) this.#awaited += 1;
  }

  /** Once for each that has started. */
  ended(run: Run): void {
    this.#running -= 1;
    this.#latest = run.work ?? this.#latest;
    if (run.isLongLived) this.#longLived -= 1;
    if (run.isAwaited === true) this.#awaited -= 1;
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
        this.#isPatient = false;
      }),
    );
    this.#goOn();
  }

  /** Says goodbye, whatever runs. */
  close(): void {
    if (this.#isClosing || this.#isGone) return;
    this.#isLeaving = true;
    this.#isClosing = true;
    this.#awaitHandshake(this.peer.isSending);
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
    if (this.#isLeaving && !this.#isTerminated && this.peer.isOwed) this.parts.onCut();
    this.#isGone = true;
  }

  /** Whoever still reads what was said before has not come to the goodbye: for that there is time until the deadline. */
  #awaitHandshake(wasSending: boolean): void {
    const look = (): void => {
      const { isSending, isOwed } = this.peer;
      if (wasSending || isSending) return this.#awaitHandshake(isSending);
      if (isOwed) this.parts.onCut();
      this.terminate();
    };
    this.#cancel.push(this.parts.clock.meanwhile(HANDSHAKE_MS, look));
  }

  #goOn(): void {
    // Not before: the signal is the client's, and short handlers are to end by themselves.
    if (this.#longLived === this.#running) for (const client of this.#clients) this.parts.tellToGo(client);
    if (this.#awaited === 0) this.close();
  }

  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.parts.onError(error);
    }
  }
}
