import { randomBytes } from 'node:crypto';
import { type Clock, elapsed } from '../clock/clock.js';
import { type Timeline } from '../events/rollout-event.js';
import { MessageLedger } from '../ledger/message-ledger.js';
import { type MessageFacts } from '../ledger/message-record.js';
import { type MessagePlan, proofOf } from '../load/messages/message-plan.js';
import { errorOf, lineReader, MessageMarks } from '../load/messages/message-text.js';
import { type BrokerTap, type MakeTap, type TapSink } from '../network/broker/broker-tap.js';
import { type DependencyTarget } from '../network/dependency-proxy.js';
import { type PodRuntime } from '../pods/pod-process.js';
import { type Random } from '../random/random.js';
import { type Scenario } from '../scenario/scenario.js';
import { BrokerRuntime } from './broker-runtime.js';
import { BROKERS } from './create-publisher.js';
import { isOver } from './is-over.js';
import { leavesBehind, tellLeftBehind } from './left-behind.js';
import { clientsOf } from './load-client.js';
import { MessageError } from './message-error.js';
import { MessageLoad } from './message-load.js';
import { type Publisher } from './publisher.js';
import { shownUrl, textOfError } from './within.js';

/** How long a service may take to make its queue, or to consume, after its pods have started. */
const QUEUE_MS = 30_000;
const LOOK_MS = 100;

/** What messages of a rehearsal need of it. */
export interface MessageStageParts {
  readonly scenario: Scenario;
  readonly plan: MessagePlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeline: Timeline;
  readonly runtime: PodRuntime;
}

/** Everything about the messages of a rehearsal: who sends them, the ways of the pods to the broker, and what became of each. */
export class MessageStage {
  readonly problems: string[] = [];
  readonly #marks = new MessageMarks(randomBytes(4).toString('hex'));
  readonly #consumers = new Map<string, number>();
  readonly #ledger: MessageLedger;
  readonly #publisher: Publisher;
  readonly #load: MessageLoad;
  readonly #makeTap: MakeTap;
  #runtime: BrokerRuntime | undefined;
  #hasStarted = false;
  readonly #leavesNothing: () => void;

  private constructor(private readonly parts: MessageStageParts) {
    const { plan, clock, random, timeline, scenario } = parts;
    const sinceStart = (): number => timeline.now();
    this.#ledger = new MessageLedger(sinceStart, isOver(proofOf(plan)));
    this.#publisher = new BROKERS[plan.broker].publisher({
      ...{ plan, ledger: this.#ledger, marks: this.#marks, load: clientsOf(scenario.service.cwd) },
      onProblem: (problem) => void this.problems.push(problem),
    });
    this.#makeTap = BROKERS[plan.broker].taps();
    this.#load = new MessageLoad({
      ...{ plan, publisher: this.#publisher, ledger: this.#ledger, clock, sinceStart },
      random: random.stream('messages/arrivals'),
      quietMs: scenario.timing.requestTimeoutMs,
    });
    this.#readLines();
    this.#leavesNothing = leavesBehind(() => tellLeftBehind(plan, this.#marks, this.#ledger.sent));
  }

  /** @throws MessageError where the broker cannot be used */
  static async open(parts: MessageStageParts): Promise<MessageStage> {
    const stage = new MessageStage(parts);
    try {
      await stage.#publisher.connect();
      stage.#runtime = await BrokerRuntime.open({
        inner: parts.runtime,
        broker: targetOfPlan(parts.plan),
        open: (pod) => stage.#tap(pod),
        onEnded: (pod) => stage.#podEnded(pod),
      });
    } catch (error) {
      stage.#leavesNothing();
      await stage.#publisher.close();
      throw error;
    }
    return stage;
  }

  /** Starts pods that reach the broker by a way that is read. */
  get runtime(): PodRuntime {
    if (this.#runtime === undefined) throw new Error('the stage of messages has not been opened');
    return this.#runtime;
  }

  get facts(): MessageFacts {
    return this.#ledger.facts;
  }

  /** How many have been sent, and how many of them are not over. */
  get progress(): { readonly sent: number; readonly outstanding: number } {
    return { sent: this.#ledger.sent, outstanding: this.#ledger.outstanding };
  }

  /** Whether some were sent and none of them was seen anywhere: an update would show nothing. */
  get isTakenByNone(): boolean {
    return this.#ledger.sent > 0 && this.#ledger.delivered === 0;
  }

  /**
   * Begins to send, once the queue is there.
   *
   * @throws MessageError where it is not
   */
  async start(signal: AbortSignal): Promise<void> {
    const { clock, plan } = this.parts;
    const until = clock.now() + QUEUE_MS;
    while (!signal.aborted && !(await this.#isReady())) {
      if (clock.now() > until) {
        this.#failOnUnread();
        throw new MessageError(
          `there is no queue ${plan.queue}, and the service has made none within ${QUEUE_MS / 1000} s: correct its name, or make it before`,
        );
      }
      await elapsed(clock, LOOK_MS, signal);
    }
    if (signal.aborted) return;
    this.#hasStarted = true;
    this.#load.start();
  }

  async #isReady(): Promise<boolean> {
    return (await this.#publisher.isReady()) && !this.#isUnread;
  }

  get #isUnread(): boolean {
    const { broker } = this.parts.plan;
    return BROKERS[broker].isReadBeforeSent === true && ![...this.#consumers.values()].some((count) => count > 0);
  }

  #failOnUnread(): void {
    if (!this.#isUnread) return;
    const { url, queue } = this.parts.plan;
    throw new MessageError(
      `no pod fetches from ${shownUrl(url)} within ${QUEUE_MS / 1000} s, so nothing of ${queue} would be seen: name the broker as the service does. Consumers of kafkajs are read, which Nest uses; those of librdkafka are not`,
    );
  }

  /** Sends nothing more, waits for what is out, and asks what is left. */
  async stop(signal: AbortSignal): Promise<void> {
    if (!this.#hasStarted) return;
    await this.#load.stop(signal);
    try {
      this.#ledger.leaves(await this.#publisher.left());
    } catch (error) {
      this.problems.push(`What is left in the queue is not known: ${textOfError(error)}`);
    }
  }

  /** Takes everything down, when no pod runs any more. What of it could not be taken away is one of the `problems` then. */
  async close(): Promise<void> {
    // Also where the rehearsal has failed before `stop` was called.
    if (this.#hasStarted) await this.#load.stop(AbortSignal.abort());
    // First the ways of the pods: what they had in their hands goes back to the queue.
    await this.#runtime?.close();
    await this.#publisher.close();
    this.#leavesNothing();
  }

  #tap(pod: string): BrokerTap {
    this.#ledger.connected(pod);
    const { plan } = this.parts;
    const sink: TapSink = {
      pod,
      isDone: (number) => this.#ledger.isAnswered(number),
      numberOf: (text) => this.#marks.numberOf(text),
      deliver: (number, needsAcknowledgement) => this.#ledger.deliver(number, { pod, needsAcknowledgement }),
      replied: (number, body) => {
        if (proofOf(plan) !== 'reply') return;
        const error = errorOf(body.toString());
        if (error === undefined) this.#ledger.done(number, pod);
        else this.#ledger.failed(number, pod, error);
      },
      consumers: (change) => this.#count(pod, change),
    };
    return this.#makeTap(sink);
  }

  /** The moment from which a pod takes no more messages is worth an event. */
  #count(pod: string, change: number): void {
    if (change === 0) return;
    const before = this.#consumers.get(pod) ?? 0;
    const after = before + change;
    this.#consumers.set(pod, after);
    if (before === 0) this.parts.timeline.record({ type: 'consuming-started', pod });
    if (after === 0) this.parts.timeline.record({ type: 'consuming-stopped', pod });
  }

  #podEnded(pod: string): void {
    this.#ledger.podEnded(pod);
  }

  #readLines(): void {
    const { plan, timeline } = this.parts;
    if (plan.handledLine === undefined) return;
    const numberIn = lineReader(plan.handledLine);
    timeline.read((event) => {
      if (event.type !== 'log-written') return;
      const number = numberIn(event.line);
      if (number !== undefined) this.#ledger.done(number, event.pod);
    });
  }
}

function targetOfPlan({ url, broker }: MessagePlan): DependencyTarget {
  const { hostname, port } = new URL(url);
  return { host: hostname.replaceAll(/^\[|\]$/g, ''), port: Number(port === '' ? BROKERS[broker].port : port) };
}
