import { type Clock } from '../deadline/clock.js';
import { type Deadline } from '../deadline/deadline.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type EventStream } from '../events/event-stream.js';
import { type InFlightWork, toItem, type Work, withoutAnswered } from '../in-flight/in-flight-work.js';
import { type LateRequests } from '../options/graceful-shutdown-options.js';
import { type TaskTracker } from '../tasks/task-tracker.js';
import { type HttpTraffic } from '../traffic/http-traffic.js';
import { type Departures } from '../traffic/long-lived/departures.js';
import { type MessageServers } from '../traffic/message-servers.js';
import { type Notices } from '../traffic/notices.js';
import { type WebSockets } from '../traffic/web-sockets/web-sockets.js';

interface DrainParts {
  readonly clock: Clock;
  readonly settings: { readonly lateRequests: LateRequests; readonly lingerOnClose: boolean };
  readonly inFlight: InFlightWork;
  readonly traffic: HttpTraffic;
  readonly messages: MessageServers;
  readonly departures: Departures;
  readonly webSockets: WebSockets;
  readonly notices: Notices;
  readonly tasks: TaskTracker;
  readonly events: EventStream;
}

/** How long message servers have to close before the hooks run all the same; Nest waits for them later. */
const CLOSE_MS = 500;
/** How long answers that were cut short have to reach their clients. */
const FAREWELL_MS = 50;

/** Which part of the drain's share work has to end by itself after it was told, and how long at most. */
const NOTICE_SHARE = 0.1;
const LONGEST_NOTICE_MS = 1000;

/** Takes no more, waits for what is in flight, and cuts what is left when the time is up. */
export class Drain {
  #endedBefore = 0;
  #drained: number | undefined;
  readonly #interrupted = new WeakSet<object>();

  constructor(private readonly parts: DrainParts) {}

  /** How many pieces of work ended by themselves between the signal and the end of the drain. */
  get drained(): number {
    return this.#drained ?? this.parts.inFlight.ended - this.#endedBefore;
  }

  /** Whether a piece of work has been named as interrupted. */
  hasInterrupted({ answer }: Work): boolean {
    return answer !== undefined && this.#interrupted.has(answer);
  }

  /** What ends from now on counts as drained. */
  begin(): void {
    this.#endedBefore = this.parts.inFlight.ended;
  }

  /**
   * Returns when nothing is in flight any more, at `deadline` plus a farewell at the latest.
   *
   * @param endsProcess whether routers are leaving this service, which takes them a moment; by `app.close()` in a test or
   *   a reload nobody is about to ask, unless the settings say otherwise
   */
  async run(deadline: Deadline, { endsProcess }: { readonly endsProcess: () => boolean }): Promise<void> {
    const { settings, traffic, messages, departures, webSockets, inFlight } = this.parts;
    const accepted = messages.stopAccepting(deadline);
    const told = webSockets.begin(deadline);
    departures.begin(deadline);
    const cancelNotice = deadline.before(noticeMs(deadline.remainingMs)).onReached(() => this.#tellTimeIsUp());
    if (settings.lateRequests === 'refuse') traffic.refuseLateRequests();
    await told;
    if (settings.lateRequests === 'refuse') await deadline.settle(inFlight.whenIdle());
    await traffic.closeListeners(deadline);
    await accepted;
    // Whoever has just connected is about to ask.
    await this.#awaitIdle(deadline, endsProcess);
    await messages.leave(deadline, { isBrief: !endsProcess() });
    await deadline.settle(inFlight.whenIdle());
    departures.end();
    cancelNotice();
    this.#drained = inFlight.ended - this.#endedBefore;
    if (inFlight.total > 0) await this.#interrupt(deadline);
    traffic.closeIdleConnections();
    await messages.close(deadline.after(CLOSE_MS));
    this.parts.tasks.drained();
  }

  /** What hooks have left running when their time is over is cut too. */
  async finish(deadline: Deadline): Promise<void> {
    const { clock, tasks, events } = this.parts;
    await deadline.settle(tasks.lateOnesEnded());
    const items = tasks.late.map((work) => toItem(work, clock.now()));
    if (items.length === 0) return;
    events.emit({ type: 'work-interrupted', items });
    tasks.abort(timeIsUp());
  }

  async #awaitIdle(deadline: Deadline, endsProcess: () => boolean): Promise<void> {
    const { inFlight, traffic, settings } = this.parts;
    const isBrief = (): boolean => !endsProcess() && !settings.lingerOnClose;
    let hasServed = false;
    do {
      await deadline.settle(inFlight.whenIdle());
      hasServed = inFlight.total === 0 && (await traffic.linger(deadline, { isBrief: isBrief() })).hasServed;
    } while ((hasServed || inFlight.total > 0) && !deadline.isPast);
  }

  /** Early enough for work to end by itself, and to answer. */
  #tellTimeIsUp(): void {
    this.parts.tasks.abort(timeIsUp());
    this.parts.notices.give('time-up', timeIsUp());
  }

  /** Unanswered requests get a 503, the rest is cut. */
  async #interrupt(deadline: Deadline): Promise<void> {
    const { clock, inFlight, traffic, webSockets, events } = this.parts;
    const works = withoutAnswered(inFlight.active()).filter((work) => !webSockets.includes(work));
    for (const { answer } of works) if (answer !== undefined) this.#interrupted.add(answer);
    const items = works.map((work) => toItem(work, clock.now()));
    // WebSockets are named when they are terminated; idle ones whose peers do not answer a goodbye lose nothing.
    if (items.length > 0) events.emit({ type: 'work-interrupted', items });
    this.#tellTimeIsUp();
    traffic.interrupt();
    webSockets.interrupt();
    await deadline.after(FAREWELL_MS).settle(inFlight.whenIdle());
    webSockets.terminate();
    traffic.destroyConnections();
  }
}

function noticeMs(shareMs: number): number {
  return Math.min(LONGEST_NOTICE_MS, shareMs * NOTICE_SHARE);
}

function timeIsUp(): LifecycleError {
  return new LifecycleError('SHUTTING_DOWN', 'The service is stopping and the time for running work is up.');
}
