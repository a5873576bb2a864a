import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { deferred } from '../deadline/deferred.js';
import { type EventStream } from '../events/event-stream.js';
import { timeIsUp } from '../in-flight/time-is-up.js';
import { toItem, type Work, withoutAnswered } from '../in-flight/work.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type ShutdownState } from '../phase/shutdown-state.js';
import { SourceEnds } from './source-ends.js';
import { type Departures } from '../in-flight/departures.js';
import { type Notices } from '../in-flight/notices.js';

interface DrainParts {
  readonly clock: Clock;
  readonly settings: { readonly lingerOnClose: boolean };
  readonly state: ShutdownState;
  readonly sources: WorkSources;
  readonly departures: Departures;
  readonly notices: Notices;
  readonly events: EventStream;
}

/** What a drain is run with. */
interface DrainRun {
  /**
   * Whether routers are about to stop sending here, which takes them a moment. With `app.close()` in a test or a reload no more
   * requests are expected, unless the settings say otherwise.
   */
  readonly endsProcess: () => boolean;
  /** What may have work that is in no source. It never rejects. */
  readonly alsoAwaited: Promise<void>;
}

/** How long to wait for sources to close, before the hooks run. Nest waits for its servers later. */
const CLOSE_MS = 500;
/** How long answers that were cut short have to reach their clients. */
const DELIVERY_MS = 50;

/**
 * The part of the drain's share that work has to end by itself after it was interrupted, and the longest time for that.
 */
const NOTICE_SHARE = 0.1;
const LONGEST_NOTICE_MS = 1000;

/**
 * Stops the intake, waits for what is in flight, and cuts what is left when the time is up. It uses sources only by
 * their common shape.
 */
export class Drain {
  #endedBefore = 0;
  #drained: number | undefined;
  #isInterrupted = false;
  readonly #intakeStopped = deferred();
  #stopping = Promise.resolve();
  readonly #interrupted = new WeakSet<object>();

  constructor(private readonly parts: DrainParts) {}

  /** How many pieces of work ended by themselves between the signal and the end of the drain. */
  get drained(): number {
    return this.#drained ?? this.parts.sources.inFlight.ended - this.#endedBefore;
  }

  /** Resolves once nothing new is taken in, but for what is in flight and may need it. */
  get intakeStopped(): Promise<void> {
    return this.#intakeStopped.promise;
  }

  /** Whether a piece of work has been named as interrupted. */
  hasInterrupted(work: Work): boolean {
    return this.#interrupted.has(keyOf(work));
  }

  /** Work that ends from now on counts as drained. */
  begin(): void {
    this.#endedBefore = this.parts.sources.inFlight.ended;
  }

  /**
   * Returns when nothing is in flight any more; at the latest a moment ({@link DELIVERY_MS}) after `deadline`.
   */
  async run(deadline: Deadline, { endsProcess, alsoAwaited }: DrainRun): Promise<void> {
    const { clock, sources, departures, state } = this.parts;
    state.moveTo('draining');
    const ends = new SourceEnds(clock, sources);
    const stopped = this.#stopIntakes(deadline);
    const begun = sources.beginDrain(deadline);
    departures.begin(deadline);
    const cancelNotice = deadline.before(noticeMs(deadline.remainingMs)).onReached(() => this.#interrupt());
    await begun;
    await this.#stopLastIntakes(deadline);
    await stopped;
    await deadline.settle(alsoAwaited);
    // A client that has just connected is about to send its request.
    await this.#awaitIdle(deadline, endsProcess);
    await sources.disconnect(deadline, { isBrief: !endsProcess() });
    await deadline.settle(sources.inFlight.whenIdle());
    departures.end();
    cancelNotice();
    this.#drained = sources.inFlight.ended - this.#endedBefore;
    ends.stop();
    if (sources.inFlight.total > 0) await this.#end(deadline);
    this.#tellEnd(ends);
    state.moveTo('drained');
    await sources.close(deadline.after(CLOSE_MS));
  }

  async #stopIntakes(deadline: Deadline): Promise<void> {
    const { sources } = this.parts;
    const begun = sources.stopIntake('drain-begin', deadline);
    this.#stopping = begun;
    // What is still taken in then would be cut.
    const isNearlyUp = deadline.before(noticeMs(deadline.remainingMs));
    if (sources.hasIntake('drain')) await isNearlyUp.settle(sources.whenOnly('drain'));
    await sources.stopIntake('drain', deadline);
    await begun;
  }

  async #stopLastIntakes(deadline: Deadline): Promise<void> {
    const { sources } = this.parts;
    await sources.stopIntake('last', deadline);
    // Those of `drain` go on by the wish of the user, and those of `idle` refuse what comes.
    void this.#stopping.then(() => this.#intakeStopped.resolve());
    if (!sources.hasIntake('idle')) return;
    await deadline.settle(sources.inFlight.whenIdle());
    await sources.stopIntake('idle', deadline);
  }

  async #awaitIdle(deadline: Deadline, endsProcess: () => boolean): Promise<void> {
    const { sources, settings } = this.parts;
    const { inFlight } = sources;
    const isBrief = (): boolean => !endsProcess() && !settings.lingerOnClose;
    let hasServed = false;
    do {
      await deadline.settle(inFlight.whenIdle());
      hasServed = inFlight.total === 0 && (await sources.linger(deadline, { isBrief: isBrief() }));
    } while ((hasServed || inFlight.total > 0) && !deadline.isPast);
  }

  /** What became of the work of each source, and of all. */
  #tellEnd(ends: SourceEnds): void {
    const { events, sources } = this.parts;
    let total = 0;
    for (const { name: source, inFlightAtStart, drained, interrupted } of sources.afterDrain()) {
      total += interrupted;
      const facts = { source, drained, durationMs: ends.afterMs(source) };
      if (interrupted > 0) {
        events.emit({ type: 'source-interrupted', ...facts, interrupted, durationMs: ends.elapsedMs });
      } else if (inFlightAtStart + drained > 0) events.emit({ type: 'source-drained', ...facts });
    }
    events.emit({ type: 'drain-ended', drained: this.drained, interrupted: total, durationMs: ends.elapsedMs });
  }

  /** Runs early enough for work to end by itself and to answer. */
  #interrupt(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.parts.sources.interrupt(timeIsUp());
    this.parts.notices.fireForAll('time-up', timeIsUp());
  }

  /** Names what is left, ends it in a way that its peers notice, and cuts the rest. */
  async #end(deadline: Deadline): Promise<void> {
    const { clock, sources } = this.parts;
    const namedAt = clock.now();
    this.#name(sources.timeIsUp());
    this.#interrupt();
    sources.end();
    await deadline.after(DELIVERY_MS).settle(sources.inFlight.whenIdle());
    this.#name(sources.begunSince((work) => work.startedAt > namedAt && !this.hasInterrupted(work)));
    sources.terminate();
  }

  #name(cut: readonly Work[]): void {
    const { clock, events } = this.parts;
    const works = withoutAnswered(cut);
    for (const work of works) this.#interrupted.add(keyOf(work));
    const items = works.map((work) => toItem(work, clock.now()));
    if (items.length > 0) events.emit({ type: 'work-interrupted', items });
  }
}

/** A request is one piece of work, with all its handlers. */
function keyOf(work: Work): object {
  return work.answer ?? work;
}

function noticeMs(shareMs: number): number {
  return Math.min(LONGEST_NOTICE_MS, shareMs * NOTICE_SHARE);
}
