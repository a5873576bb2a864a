import { type Deadline } from '../deadline/deadline.js';
import { Emitter } from '../events/emitter.js';
import { awaitForeign, callForeign, type ForeignCall } from '../errors/foreign-call.js';
import { type InFlightWork } from './in-flight-work.js';
import { type ReportSections } from '../report/report-sections.js';
import { isNamedByDrain, isPulling, sizeOf } from './source-traits.js';
import { oldestFirst, type Work, withoutAnswered } from './work.js';
import {
  type Haste,
  type Intake,
  type LastWord,
  type LongLivedWork,
  type WorkCount,
  type WorkSource,
} from './work-source.js';

/** The last word of a source of the library. */
export interface OwnLastWord extends LastWord {
  readonly sections?: Partial<ReportSections>;
}

/** A source as the shutdown sees it: its steps get a {@link Deadline}. */
export interface Source extends WorkSource<Deadline> {
  /** The queue that its jobs are of, where there is one. */
  readonly queue?: string;
  /** Pieces that no other source has in flight as well; default its size. */
  readonly alone?: number;
  /** Pieces of work that were cut before the time was up. */
  readonly cutEarlier?: number;
  /** Calls a listener with each piece of work that ends. There is one at most. */
  followEnds?(onEnded: (work: Work) => void): void;
  lastWord?(isFinal: boolean): OwnLastWord;
}

/** A source, what it had in flight at the signal, and what has become of that by now. */
interface SourceCounts {
  readonly name: string;
  readonly inFlightAtStart: number;
  /** Pieces that have ended by themselves since the signal. */
  readonly drained: number;
  /** Pieces that were in flight when their time was up. */
  readonly interrupted: number;
}

/** The same, and its last word. */
export interface SourceFacts extends SourceCounts, OwnLastWord {}

/** What became of the work of one source since the process has started. */
export interface SourceStatistics {
  /** What the source is called: `HTTP requests`, `tasks`, or the name it was added with. */
  readonly name: string;
  readonly inFlight: number;
  /** Pieces that have come to their end, those of a shutdown included. */
  readonly served: number;
  /** Pieces that have ended by themselves since the signal. */
  readonly drained: number;
  /** Pieces that came too late and were refused. */
  readonly refused: number;
  /** Pieces that were in flight when their time was up. */
  readonly interrupted: number;
}

/** What is remembered of a source from the signal on. */
interface Record {
  inFlightAtStart: number;
  endedBefore: number;
  interrupted: number;
}

const NONE = { served: 0, drained: 0, refused: 0, interrupted: 0 };

/**
 * Every source of work of an application, in the order in which they are told. The drain, the report and notices are
 * written over this list. What fails in one source is told, and keeps no other from its turn.
 */
export class WorkSources {
  readonly #sources: Source[] = [];
  #hasToldDisposal = false;
  readonly #records = new Map<Source, Record>();
  /** Of sources that are gone, by their names. */
  readonly #gone = new Map<string, SourceStatistics>();
  /** What a source that is added later has missed. */
  #missed: ((source: Source) => void)[] = [];

  /** Emits the name of a source that takes no more work in. */
  readonly stopped = new Emitter<string>();

  constructor(
    readonly inFlight: InFlightWork,
    private readonly onError: ForeignCall<unknown>['onError'],
    /** Intakes that the user has chosen, by the names of their sources. */
    private readonly chosen: { readonly [name: string]: Intake } = {},
  ) {}

  add(...sources: readonly Source[]): void {
    for (const source of sources) {
      this.#sources.push(source);
      if (source.isAwaited !== false) this.inFlight.addSource(source);
      for (const tell of this.#missed) tell(source);
    }
  }

  /** Calls `step` for each source, and for those that are added later. */
  each(step: (source: Source) => void): void {
    this.#missed.push(step);
    for (const source of this.#sources) step(source);
  }

  remove(source: Source): void {
    const index = this.#sources.indexOf(source);
    if (index === -1) return;
    this.#sources.splice(index, 1);
    this.#gone.set(source.name, { ...this.#statisticsOf(source), inFlight: 0 });
    this.#records.delete(source);
    this.inFlight.removeSource(source);
  }

  /** In the order in which they are told. */
  *[Symbol.iterator](): Iterator<Source> {
    yield* [...this.#sources];
  }

  has(name: string): boolean {
    return this.#sources.some((source) => source.name === name);
  }

  /** Names of sources whose intake can be chosen: routers send to the others, and decide with the lame duck. */
  get pulling(): string[] {
    return this.#sources.filter((source) => isPulling(source)).map(({ name }) => name);
  }

  /** Whether routers send to any of them. */
  get isListening(): boolean {
    return this.#sources.some(({ isListening = false }) => isListening);
  }

  /** Monotonic milliseconds of the newest arrival at any of them; only known while the service leaves. */
  get lastArrivalAt(): number {
    return Math.max(0, ...this.#sources.map(({ lastArrivalAt = 0 }) => lastArrivalAt));
  }

  /** Every piece of work, that which is not waited for included. */
  *all(): Iterable<Work> {
    for (const source of [...this.#sources]) yield* source.active();
  }

  /** The steps of the tick of the signal, one for each source. */
  leave(reason: Error): (() => void)[] {
    for (const source of this.#sources) this.#record(source);
    const leave = (source: Source): void => {
      this.#record(source);
      this.#call(() => source.leave?.(reason));
    };
    this.#missed.push(leave);
    return this.#sources.map((source) => () => leave(source));
  }

  /** Whether any takes work in until then. */
  hasIntake(intake: Intake): boolean {
    return this.#sources.some((source) => this.#intakeOf(source) === intake);
  }

  /** Stops the intakes of one moment; those of sources that come later stop at once. */
  async stopIntake(intake: Intake, deadline: Deadline): Promise<void> {
    const stop = async (source: Source): Promise<void> => {
      if (this.#intakeOf(source) === intake) await this.#stop(source, deadline);
    };
    this.#missed.push((source) => void stop(source));
    await this.#each(stop);
  }

  /** Resolves once no source with another intake has anything in flight. */
  whenOnly(intake: Intake): Promise<void> {
    const isOfIntake = (count: WorkCount): boolean =>
      this.#sources.some((source) => source === count && this.#intakeOf(source) === intake);
    return this.inFlight.whenOnly(isOfIntake);
  }

  afterLameDuck(): void {
    for (const source of [...this.#sources]) this.#call(() => source.afterLameDuck?.());
  }

  async beginDrain(deadline: Deadline): Promise<void> {
    const begin = (source: Source): Promise<void> => this.#await(() => source.beginDrain?.(deadline));
    this.#missed.push((source) => void begin(source));
    await this.#each(begin);
  }

  /** What stays open for long, and has to be asked to end. */
  longLived(): LongLivedWork[] {
    return this.#sources.flatMap((source) => this.#call(() => [...(source.longLived?.() ?? [])]) ?? []);
  }

  /** Waits for what may be on its way, and says whether something was served meanwhile. */
  async linger(deadline: Deadline, haste: Haste): Promise<boolean> {
    const lingering = this.#sources.map(async (source) => {
      const lingered = await awaitForeign(this.#what<{ hasServed: boolean } | undefined>(undefined), () =>
        source.linger?.(deadline, haste),
      );
      return lingered?.hasServed === true;
    });
    return (await Promise.all(lingering)).includes(true);
  }

  async disconnect(deadline: Deadline, haste: Haste): Promise<void> {
    await this.#each((source) => this.#await(() => source.disconnect?.(deadline, haste)));
  }

  interrupt(reason: Error): void {
    for (const source of [...this.#sources]) this.#call(() => source.interrupt?.(reason));
  }

  /** The time is up. Returns what is cut, but for what sources name by themselves. */
  timeIsUp(): Work[] {
    for (const source of this.#sources) {
      const record = this.#record(source);
      if (source.isAwaited !== false) record.interrupted = sizeOf(source);
    }
    return oldestFirst(this.#sources.filter(isNamedByDrain).flatMap((source) => Array.from(source.active())));
  }

  /** What has begun since then, which is cut with the rest. It counts as interrupted, too. */
  begunSince(isNew: (work: Work) => boolean): Work[] {
    const begun = this.#sources.filter(isNamedByDrain).flatMap((source) => {
      const works = Array.from(source.active()).filter(isNew);
      this.#record(source).interrupted += withoutAnswered(works).length;
      return works;
    });
    return oldestFirst(begun);
  }

  end(): void {
    for (const source of [...this.#sources]) this.#call(() => source.end?.());
  }

  terminate(): void {
    for (const source of [...this.#sources]) this.#call(() => source.terminate?.());
  }

  /** One after the other: what a source closes may still need one that is behind it. */
  async close(deadline: Deadline): Promise<void> {
    for (const source of [...this.#sources]) await this.#await(() => source.close?.(deadline));
  }

  async afterHooks(deadline: Deadline): Promise<void> {
    await this.#each((source) => this.#await(() => source.afterHooks?.(deadline)));
  }

  /** Told once: by Nest before it closes servers, or where that does not happen before the sequence ends what is left. */
  beforeDispose(): void {
    if (this.#hasToldDisposal) return;
    this.#hasToldDisposal = true;
    for (const source of [...this.#sources]) this.#call(() => source.beforeDispose?.());
  }

  /** Ends what is left, in its steps. */
  async dispose(deadline: Deadline): Promise<void> {
    this.beforeDispose();
    await this.#each((source) => this.#await(() => source.finish?.(deadline)));
    this.destroy();
  }

  destroy(): void {
    for (const source of [...this.#sources]) this.#call(() => source.destroy?.());
  }

  /** What the drain has made of the work of each, in their order, as it is counted here: no source is asked for its word. */
  afterDrain(): SourceCounts[] {
    return this.#sources.map((source) => this.#countsOf(source, this.#record(source)));
  }

  /** What became of the work of each, in their order. */
  lastWords({ isFinal }: { readonly isFinal: boolean }): SourceFacts[] {
    return this.#sources.map((source) => this.#factsOf(source, this.#record(source), isFinal));
  }

  /** What became of the work of each since the process has started, those that are gone included. */
  statistics(): SourceStatistics[] {
    const present = this.#sources.map((source) => this.#statisticsOf(source));
    const names = new Set(present.map(({ name }) => name));
    return [...present, ...[...this.#gone.values()].filter(({ name }) => !names.has(name))];
  }

  #statisticsOf(source: Source): SourceStatistics {
    const { name, ended } = source;
    const before = this.#gone.get(name) ?? NONE;
    const record = this.#records.get(source);
    const { drained, interrupted, refused = 0 } = record === undefined ? NONE : this.#factsOf(source, record, false);
    return {
      name,
      inFlight: sizeOf(source),
      served: ended + before.served,
      drained: drained + before.drained,
      refused: refused + before.refused,
      interrupted: interrupted + before.interrupted,
    };
  }

  #factsOf(source: Source, record: Record, isFinal: boolean): SourceFacts {
    const word = this.#call(() => source.lastWord?.(isFinal));
    return { ...this.#countsOf(source, record), ...word };
  }

  #countsOf(source: Source, { inFlightAtStart, endedBefore, interrupted }: Record): SourceCounts {
    const { name, ended, cutEarlier = 0 } = source;
    return { name, inFlightAtStart, drained: ended - endedBefore, interrupted: interrupted + cutEarlier };
  }

  /** Those of the signal; of a source that came later, those of its coming. */
  #record(source: Source): Record {
    const known = this.#records.get(source);
    if (known !== undefined) return known;
    const record = { inFlightAtStart: sizeOf(source), endedBefore: source.ended, interrupted: 0 };
    this.#records.set(source, record);
    return record;
  }

  /** Tells of it, unless the source has failed to stop, or is one of the library's own that the application does not use. */
  async #stop(source: Source, deadline: Deadline): Promise<void> {
    const isUsed = source.isListening !== false || source.size + source.ended > 0;
    const isStopped = await awaitForeign(this.#what(false), async () => {
      await source.stopIntake?.(deadline);
      return source.stopIntake !== undefined;
    });
    if (isStopped && isUsed) this.stopped.emit(source.name);
  }

  async #each(step: (source: Source) => Promise<void>): Promise<void> {
    await Promise.all(this.#sources.map(step));
  }

  #intakeOf(source: Source): Intake {
    const { name, intake = 'lame-duck' } = source;
    return (isPulling(source) ? this.chosen[name] : undefined) ?? intake;
  }

  #call<T>(step: () => T): T | undefined {
    return callForeign<T | undefined>(this.#what<T | undefined>(undefined), step);
  }

  async #await(step: () => void | Promise<void>): Promise<void> {
    await awaitForeign<void>(this.#what<void>(undefined), step);
  }

  #what<T>(fallback: T): ForeignCall<T> {
    return { name: 'shutdown', fallback, onError: this.onError };
  }
}
