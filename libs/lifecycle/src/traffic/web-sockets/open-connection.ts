import { type Clock } from '../../deadline/clock.js';
import { type Work } from '../../in-flight/work.js';
import { type LongLivedWork } from '../../in-flight/work-source.js';
import { type Peer } from './peer.js';

/** What a connection needs from its service. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Called when it was ended by this side before the deadline, and messages to its peer are lost. */
  readonly onCut: () => void;
  /** Fires the signal of the handlers of a client: they do not end by themselves. */
  readonly notify: (client: object) => void;
}

/** How long messages that keep coming may hold a connection that leaves. Those that run after that still finish. */
const MESSAGES_MS = 1000;
/**
 * How long a peer may take to answer a close frame once that has been sent, with all messages before it. A dead peer
 * never answers, and ws would wait for 30 s.
 */
const HANDSHAKE_MS = 1500;

/**
 * Something that runs on a connection. Connections only count these: a set would cost a message more than everything
 * else.
 */
export interface Run {
  readonly isLongLived: boolean;
  /** The named work it belongs to, if there is one. */
  readonly work?: Work;
  /** Set by the connection: whether its end is waited for. */
  isAwaited?: boolean;
}

/**
 * One open connection, and what runs on it. It leaves in three steps: answers are sent, then the close frame, then it
 * closes.
 */
export class OpenConnection implements LongLivedWork {
  readonly #clients = new Set<object>();
  #running = 0;
  #longLived = 0;
  readonly #cancel: (() => void)[] = [];
  /** How many runs are waited for: all that began before {@link MESSAGES_MS} had passed. */
  #awaited = 0;
  #awaitsNewRuns = true;
  /** The run that ended last: most likely it is its answer that the peer has yet to read. */
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

  /** The last message whose handler has ended. */
  get latest(): Work | undefined {
    return this.#latest;
  }

  /**
   * How it ended: `closed` with a close frame, `terminated` without one that the peer could read, or `left` by the peer
   * before.
   */
  get ending(): 'closed' | 'terminated' | 'left' {
    if (this.#isTerminated || (this.#isClosing && !this.peer.hasSentClose)) return 'terminated';
    return this.#isLeaving ? 'closed' : 'left';
  }

  /** Adds another client on the same connection, such as one of a further namespace. */
  join(client: object): void {
    this.#clients.add(client);
    this.peer.join(client);
  }

  started(run: Run): void {
    this.#running += 1;
    if (run.isLongLived) this.#longLived += 1;
    run.isAwaited = this.#awaitsNewRuns;
    if (run.isAwaited) this.#awaited += 1;
  }

  /** To be called once for each run that has started. */
  ended(run: Run): void {
    this.#running -= 1;
    this.#latest = run.work ?? this.#latest;
    if (run.isLongLived) this.#longLived -= 1;
    if (run.isAwaited === true) this.#awaited -= 1;
    if (this.#isLeaving) this.#closeWhenDone();
  }

  /** Adds a stream that does not end by itself: `end` is called when the connection leaves. Returns its undo. */
  addStream(end: () => void): () => void {
    if (this.#isLeaving) end();
    else this.#streams.add(end);
    return () => this.#streams.delete(end);
  }

  /** Waits for what runs, and for its answers, then sends the close frame. */
  leave(): void {
    if (this.#isLeaving || this.#isGone) return;
    this.#isLeaving = true;
    this.#guard(() => this.peer.hold());
    for (const end of this.#streams) this.#guard(end);
    this.#cancel.push(
      this.parts.clock.meanwhile(MESSAGES_MS, () => {
        this.#awaitsNewRuns = false;
      }),
    );
    this.#closeWhenDone();
  }

  /** Sends the close frame, even while handlers run. */
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

  /** The connection is closed: cancels what was planned for it. */
  closed(): void {
    for (const cancel of this.#cancel.splice(0)) cancel();
    if (this.#isLeaving && !this.#isTerminated && this.peer.hasUndelivered) this.parts.onCut();
    this.#isGone = true;
  }

  /**
   * A peer that still reads earlier messages has not received the close frame. It has until the drain's deadline for
   * that.
   */
  #awaitHandshake(wasSending: boolean): void {
    const look = (): void => {
      const { isSending, hasUndelivered } = this.peer;
      if (wasSending || isSending) return this.#awaitHandshake(isSending);
      if (hasUndelivered) this.parts.onCut();
      this.terminate();
    };
    this.#cancel.push(this.parts.clock.meanwhile(HANDSHAKE_MS, look));
  }

  #closeWhenDone(): void {
    // Not while short handlers run: the signal is one for all handlers of a client, and short ones are to end by
    // themselves.
    if (this.#longLived === this.#running) for (const client of this.#clients) this.parts.notify(client);
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
