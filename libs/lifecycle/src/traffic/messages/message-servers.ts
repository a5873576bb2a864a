import { isObservable, throwError } from 'rxjs';
import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type Guard } from '../../errors/foreign-call.js';
import { type InFlightItem, toItem, type Work } from '../../in-flight/work.js';
import { type InFlightWork } from '../../in-flight/in-flight-work.js';
import { CountedSource } from '../../in-flight/counted-source.js';
import { type HandlerMark } from './handler-mark.js';
import { type Haste, type LongLivedWork } from '../../in-flight/work-source.js';
import { type OwnLastWord } from '../../in-flight/work-sources.js';
import { type ShutdownState } from '../../phase/shutdown-state.js';
import { type Departures } from '../../in-flight/departures.js';
import { FollowedServer, type MessageServer } from './followed-server.js';
import { type BrokerAdvice } from './broker-advice.js';
import { leavingError } from './leaving-error.js';
import { type MessageIntake } from './message-intake.js';
import { messageKeyOf } from './message-call.js';
import { messageName } from './message-name.js';
import { type HandlerKind, MessageRun, type RunParts } from './message-run.js';
import { ClosedSockets } from './tcp-client.js';
import { type Notices } from '../../in-flight/notices.js';
import { nameFrame } from '../../waits/named-frame.js';

export { type MessageServer } from './followed-server.js';

/** A message handler of a microservice, as its server keeps it: a function with fields (`isEventHandler`, `next`). */
type MessageHandler = ((...args: unknown[]) => unknown) & { readonly isEventHandler?: unknown };

/** What calls the handlers of a pattern, where they are not simply called. */
export type CallOf = (pattern: string) => ((handle: () => unknown) => unknown) | undefined;

export interface MessageContext {
  readonly notices: Notices;
  readonly departures: Departures;
  readonly guard: Guard;
  readonly state: ShutdownState;
  /** Messages were cut that had not been answered. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
  /** A stream was ended that had more to say. */
  readonly onCutShort: (name: string) => void;
  /** Called for each message that is refused, with how many that makes. */
  readonly onRefused: (name: string, count: number) => void;
  /** How long a shutdown may wait for what runs at the signal. */
  readonly workMs: number;
  readonly onAdvice: (advice: BrokerAdvice) => void;
  readonly onFailed: (origin: string, error: unknown) => void;
  /** A broker still delivered while its server was closed. */
  readonly onUnseen: (server: string) => void;
}

export interface ServerSteps {
  readonly marksOf: () => ReadonlyMap<string, HandlerMark>;
  readonly callsOf: () => CallOf;
  readonly onListening: () => void;
  readonly beforeClose: () => Promise<void>;
}

/** gRPC's health checking protocol, where the application has handlers for it: probes hold no lame duck open. */
const HEALTH_CHECK = /^Health\/(Check|Watch|List)$/;

/** A broker that has delivered within this time is likely to go on. */
const DELIVERING_MS = 1000;

/**
 * Counts the messages microservice servers are working on. Their handlers are wrapped where the transport finds them,
 * which sees guards and pipes too, and hybrid applications, where global interceptors do not run.
 */
export class MessageServers extends CountedSource {
  readonly name: string;
  readonly intake: MessageIntake;
  /** Messages that were answered with an error because they came too late. */
  #refused = 0;
  /** Monotonic milliseconds of the newest message from a client that connects here, but for health checks; only set while the service leaves. */
  lastArrivalAt = 0;
  readonly #open = new Set<MessageRun>();
  readonly #runParts: RunParts;
  readonly #followed = new Map<MessageServer, FollowedServer>();

  constructor(
    private readonly clock: Clock,
    inFlight: InFlightWork,
    private readonly context: MessageContext,
    { name, intake }: { readonly name: string; readonly intake: MessageIntake },
  ) {
    super(inFlight);
    this.name = name;
    this.intake = intake;
    this.#runParts = { ...context, clock, running: this.running, open: this.#open, sockets: new ClosedSockets() };
  }

  /** Whether a server accepts connections from routers, which have to be told first. */
  get isListening(): boolean {
    return this.#servers.some(({ isRouted }) => isRouted);
  }

  lastWord(): OwnLastWord {
    return { refused: this.#refused };
  }

  /** Streams, and what is marked with `@LongLived()`. */
  longLived(): Iterable<LongLivedWork> {
    return this.#open;
  }

  /** Pulls no more from brokers, and accepts no more connections; those that are there are still served. */
  async stopIntake(deadline: Deadline): Promise<void> {
    await Promise.all(this.#servers.map((server) => server.stopAccepting(deadline)));
  }

  /** Lets connections go once nothing runs on them. What comes meanwhile is answered, or refused so that its client sends it elsewhere. */
  async disconnect(deadline: Deadline, { isBrief }: Haste): Promise<void> {
    const running = (): object[] => [...this.running.active()].flatMap(({ answer }) => answer ?? []);
    await Promise.all(this.#servers.map((server) => server.leave(deadline, { isBrief, running })));
  }

  /**
   * Closes every server, once nothing runs any more: what hooks are about to close must not be asked for again. An event
   * that comes meanwhile is still worked on.
   */
  async close(deadline: Deadline): Promise<void> {
    const before = new Set(this.running.active());
    const listening = this.#servers.filter(({ isListening }) => isListening);
    const now = this.clock.now();
    for (const { name, lastMessageAt, losesUnseen } of listening) {
      if (losesUnseen && now - lastMessageAt < DELIVERING_MS) this.context.onUnseen(name);
    }
    const names = [...before].map((work) => work.describe().name);
    for (const { connections } of listening) connections?.terminate(names);
    await deadline.settle(Promise.allSettled(listening.map(({ close }) => close())));
    await deadline.settle(Promise.all(listening.map(async ({ connections }) => connections?.closed?.(deadline))));
    await deadline.settle(this.#whenOver(before));
    for (const server of listening) server.closed();
    this.#cut([...this.running.active()].filter((work) => !before.has(work)));
  }

  /**
   * Follows a server: `onListening` once it listens; `beforeClose` is awaited before it closes, because Nest closes the
   * server of a pure microservice before any shutdown hook.
   */
  follow(server: MessageServer, { marksOf, callsOf, onListening, beforeClose }: ServerSteps): void {
    const { guard } = this.context;
    const listen = server.listen.bind(server);
    const parts = { ...this.context, clock: this.clock, marksOf };
    const followed = new FollowedServer(server, server.close.bind(server), parts);
    this.#followed.set(server, followed);
    server.listen = (callback) => {
      guard(`getHandlers() of ${followed.name}`, undefined, () => this.#countHandlers(server, followed, callsOf()));
      return listen((...args) => {
        if (!(args[0] instanceof Error)) {
          followed.listens();
          onListening();
        }
        callback(...args);
      });
    };
    server.close = async () => {
      await beforeClose();
      return this.#closeForNest(followed);
    };
  }

  /** Nest 11 would call no more hooks of other providers after a close that fails, as where the broker is gone. */
  async #closeForNest(followed: FollowedServer): Promise<unknown> {
    try {
      return await followed.close();
    } catch (error) {
      if (!this.context.state.hasBegun) throw error;
      if (!followed.hasFailed) this.context.onFailed(`close() of ${followed.name}`, error);
      followed.hasFailed = true;
      return undefined;
    }
  }

  get #servers(): FollowedServer[] {
    return [...this.#followed.values()];
  }

  #countHandlers(server: MessageServer, followed: FollowedServer, callOf: CallOf): void {
    const handlers = server.getHandlers?.();
    if (!(handlers instanceof Map)) return;
    const { marks } = followed;
    // Nest's own map, by pattern.
    for (const [pattern, handler] of handlers as Map<string, MessageHandler>) {
      const name = messageName(pattern);
      const longevity = marks.get(pattern)?.longevity ?? 'short';
      const kind: HandlerKind = { name, longevity, isEvent: handler.isEventHandler === true };
      const call = callOf(pattern);
      const called =
        call === undefined ? handler : Object.assign((...args: unknown[]) => call(() => handler(...args)), handler);
      (handlers as Map<string, MessageHandler>).set(pattern, this.#counted(kind, called, followed));
    }
  }

  #counted(kind: HandlerKind, handler: MessageHandler, followed: FollowedServer): MessageHandler {
    const counted = async (...args: unknown[]): Promise<unknown> => {
      if (this.context.state.hasBegun) {
        const late = this.#lateAnswer(kind, args, followed);
        if (late !== undefined) return late;
      }
      const run = new MessageRun(named, args, this.#runParts);
      run.start();
      try {
        const result = await handler(...args);
        if (isObservable(result)) return run.streams(result);
        run.returned();
        return result;
      } catch (error) {
        run.returned();
        throw error;
      }
    };
    const named: HandlerKind = { ...kind, frame: nameFrame('message', counted) };
    return Object.assign(counted, handler);
  }

  /** What answers a message that comes while the service leaves, in place of its handler; `undefined` when that may run. */
  #lateAnswer(kind: HandlerKind, args: readonly unknown[], followed: FollowedServer): Promise<unknown> | undefined {
    followed.lastMessageAt = this.clock.now();
    if (followed.isRouted && !HEALTH_CHECK.test(kind.name)) this.lastArrivalAt = followed.lastMessageAt;
    const admission = followed.admit(messageKeyOf(args), kind.isEvent);
    if (admission === 'run') return undefined;
    if (admission === 'refuse') {
      this.#refused += 1;
      this.context.onRefused(kind.name, this.#refused);
      return Promise.resolve(throwError(() => leavingError(args)));
    }
    if (admission === 'cut') this.context.onCut([{ kind: 'message', name: kind.name, ageMs: 0 }]);
    else followed.giveBack(messageKeyOf(args));
    return new Promise(() => undefined);
  }

  async #whenOver(before: ReadonlySet<Work>): Promise<void> {
    const hasLate = (): boolean => [...this.running.active()].some((work) => !before.has(work));
    while (hasLate()) await this.running.whenRemoved();
  }

  #cut(works: readonly Work[]): void {
    if (works.length > 0) this.context.onCut(works.map((work) => toItem(work, this.clock.now())));
  }
}
