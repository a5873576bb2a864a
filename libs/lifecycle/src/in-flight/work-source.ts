import { type Work } from './work.js';

/** What a source has in flight. It keeps its own count, because counting must cost next to nothing. */
export interface WorkCount {
  /** How many pieces of work are in flight. */
  readonly size: number;
  /** How many pieces have ended so far; 0 for a source that counts what another one counts too. */
  readonly ended: number;
  /** Each piece in flight: what it is called, and since when it runs. Asked by `inFlight()`, for progress lines and for the report. */
  active(): Iterable<Work>;
}

/**
 * When a source takes no more work in.
 *
 * - `lame-duck`: at once, when the service is told to stop: what it pulls, other instances can pull
 * - `drain`: in the drain, once no source with another intake has anything in flight: what is in flight elsewhere may need this
 *   intake to finish
 * - `drain-begin`: when the drain begins, and routers have had the lame duck to look elsewhere
 * - `last`: when the peers of other sources have been asked to disconnect, who may hear of that through this intake
 * - `idle`: once nothing is in flight, of any source; until then it refuses what comes
 */
export type Intake = 'lame-duck' | 'drain' | 'drain-begin' | 'last' | 'idle';

/** How long a step of a source may take. */
export interface TimeLeft {
  readonly remainingMs: number;
  /** Aborted when the time is up. */
  readonly signal: AbortSignal;
}

/** How long to wait for idle connections. */
export interface Haste {
  /** By `app.close()`, in a test or a reload, no router is about to send more: only what has arrived is still served. */
  readonly isBrief: boolean;
}

/** Something that stays open for long (an event stream, a WebSocket, a watch), and has to be asked to end. */
export interface LongLivedWork {
  /** Tells it to go, in the words of its protocol; what runs on it may finish first. Once or more often. */
  leave(): void;
}

/** What became of the work of a source, for the report. */
export interface LastWord {
  /** Pieces of work that came too late and were refused. */
  readonly refused?: number;
  /** Connections that were asked to end, and were closed by both sides. */
  readonly closed?: number;
  /** Connections that were ended from this side alone. */
  readonly terminated?: number;
  /** Work that the source knows of and cannot see, as the subject of a sentence: `jobs of other processes`. */
  readonly unseen?: string | undefined;
}

/**
 * A named source of work: everything that can be in flight has this shape. The drain waits until no source has anything in
 * flight; progress, the report and `inFlight()` name what there is. A verb is left out where there is nothing to do. They
 * are called in this order, each at most once, but for `longLived`, `linger` and `lastWord`.
 *
 * @typeParam Time what steps are given to know how long they may take
 */
export interface WorkSource<Time = TimeLeft> extends WorkCount {
  /** What logs and the report call it: `orders consumer`. There is one of a name. */
  readonly name: string;
  /** Default `lame-duck`. */
  readonly intake?: Intake;
  /** Whether the drain waits for what it has in flight. Default `true`. */
  readonly isAwaited?: boolean;
  /** Whether it names what is cut of its work by itself, at the moment of the cut. Default `false`: the drain does. */
  readonly namesItsCuts?: boolean;
  /** Whether routers send to it, so that the lame duck is worth its time. Default `false`. */
  readonly isListening?: boolean;
  /** Monotonic milliseconds of the newest arrival, for a lame duck that ends when it is `quiet`. */
  readonly lastArrivalAt?: number;

  /** In the tick of the signal: the service leaves. Everything is still served. */
  leave?(reason: Error): void;
  /** Takes no more work in, at the moment that `intake` says. What is there goes on. */
  stopIntake?(time: Time): void | Promise<void>;
  /** A lame duck is over, or was left out: routers were to look elsewhere by now. */
  afterLameDuck?(): void;
  /** The drain begins. What it returns is waited for before the intakes of `last` and `idle` stop. */
  beginDrain?(time: Time): void | Promise<void>;
  /** What has to be asked to end, in jittered batches, when the drain begins. */
  longLived?(): Iterable<LongLivedWork>;
  /** Nothing is in flight: waits for what may be on its way. Says whether something was served, which is waited for then. */
  linger?(time: Time, haste: Haste): Promise<{ readonly hasServed: boolean }>;
  /** Nothing is in flight and nothing comes any more, or the time is up: lets idle connections go. */
  disconnect?(time: Time, haste: Haste): void | Promise<void>;
  /** The time is nearly up: asks what is in flight to end by itself. */
  interrupt?(reason: Error): void;
  /** The time is up: ends what is in flight, in a way its peers can hear. They have some milliseconds. */
  end?(): void;
  /** Cuts what is left. */
  terminate?(): void;
  /** The drain is over: closes what serves nothing more. */
  close?(time: Time): void | Promise<void>;
  /** The hooks of the module have run: waits for what they have left in flight, and cuts the rest. */
  afterHooks?(time: Time): void | Promise<void>;
  /** Every hook has been called that could have ended anything: what this side ends from now on was cut. */
  beforeDispose?(): void;
  /** Everything is over: waits for what hooks have asked to end. */
  finish?(time: Time): void | Promise<void>;
  /** Nothing of it may stay open. */
  destroy?(): void;
  /**
   * What became of its work.
   *
   * @param isFinal `false` for what is said before logs are closed; after `true` nothing follows
   */
  lastWord?(isFinal: boolean): LastWord;
}
