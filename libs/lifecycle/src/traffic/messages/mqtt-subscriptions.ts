import { type Deadline } from '../../deadline/deadline.js';
import { isObject } from '../../errors/foreign-value.js';
import { type MqttClient, mqttClientOf } from '../../internals/broker-clients.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';
import { adviseOnMqtt, type BrokerAdvice } from './broker-advice.js';
import { type SubscribingServer } from './broker-patterns.js';
import { isKeptByBroker, mqttSessionOf } from './mqtt-session.js';
import { MqttWire, type PublishPacket } from './mqtt-wire.js';
import { Replies } from './replies.js';
import { ReplyReceipts } from './reply-receipts.js';
import { type Connections, type ConnectionsParts } from './transport-server.js';

/** How long the broker may take to say that it sends no more. */
const UNSUBSCRIBE_MS = 1000;
/** How long the broker may take to take the last replies. */
const REPLY_MS = 1000;
/** How long the DISCONNECT may take to leave. */
const END_MS = 1000;

/** Replies that the broker has got and not acknowledged, or what the application itself has published. */
const UNACKNOWLEDGED = 'replies to MQTT that it may not have got';

/**
 * The client of Nest's MQTT transport. It unsubscribes, but not from what the broker keeps for this client while it is away:
 * an UNSUBSCRIBE would end that. Those messages are not acknowledged from then on, and come again with the next connection of
 * the same client. What the broker had begun to deliver still comes after its UNSUBACK, so the intake has stopped when it has
 * answered once more without a message in between.
 */
export class MqttSubscriptions implements Connections {
  readonly isRefusing = false;
  hasStoppedIntake = false;
  readonly #replies: Replies;
  readonly #receipts: ReplyReceipts;
  readonly #client: MqttClient | undefined;
  readonly #withheld = new WeakSet<object>();
  /** Whether messages of QoS 1 are left to the broker. */
  #isWithholding = false;
  #hasEnded = Promise.resolve();

  constructor(
    private readonly server: SubscribingServer,
    private readonly parts: ConnectionsParts,
  ) {
    this.#replies = new Replies(server, parts.clock);
    this.#receipts = new ReplyReceipts(this.#replies);
    this.#client = parts.guard('unwrap() of the MQTT server', undefined, () => mqttClientOf(server));
  }

  async stopAccepting(deadline: Deadline): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    const { guard } = this.parts;
    const session = mqttSessionOf(this.server, client, guard);
    const [kept, others] = partition(session.subscriptions, (subscription) => isKeptByBroker(session, subscription));
    if (kept.length > 0) this.#withhold(client);
    const wire = new MqttWire(client, guard);
    const topics = others.map(({ topic }) => topic);
    const stop = async (): Promise<void> => {
      if (this.hasStoppedIntake) return;
      await this.#receipts.confirm(async () => (this.hasStoppedIntake = await wire.stop(topics, this.#isWorkedOn)));
    };
    this.#receipts.begin();
    guard('on() of an MQTT client', undefined, () => client.on('close', () => this.#receipts.connectionLost()));
    // What could not be sent, because there was no connection, is sent on the next one.
    guard('on() of an MQTT client', undefined, () => client.on('connect', () => void stop()));
    await deadline.within(UNSUBSCRIBE_MS).settle(stop());
  }

  advice(): BrokerAdvice[] {
    return this.#client === undefined ? [] : adviseOnMqtt(mqttSessionOf(this.server, this.#client, this.parts.guard));
  }

  /** Whether the broker keeps this one: it is not acknowledged, and not worked on here. */
  isReturned(context: object | undefined): boolean {
    const packet = this.parts.guard('getPacket() of an MQTT message', undefined, () => packetOf(context));
    return packet !== undefined && this.#withheld.has(packet);
  }

  isTooLate(): boolean {
    return false;
  }

  async leave(deadline: Deadline): Promise<void> {
    await this.#replies.allLeft(deadline.within(REPLY_MS), () => this.#isFlushed);
    const client = this.#client;
    if (client === undefined || this.#replies.begun === 0) return;
    const wire = new MqttWire(client, this.parts.guard);
    await deadline.within(REPLY_MS).settle(this.#receipts.confirm(() => wire.answered()));
  }

  /** From here on Nest ends the client, without waiting for it. */
  terminate(): void {
    const cut = this.#receipts.cut('MQTT') ?? (this.#isFlushed ? undefined : UNACKNOWLEDGED);
    if (cut !== undefined) this.parts.onCut([{ kind: 'message', name: cut, ageMs: 0 }]);
    const client = this.#client;
    if (client === undefined || client.disconnected === true) return;
    this.#hasEnded = new Promise((resolve) => {
      this.parts.guard('once() of an MQTT client', undefined, () => client.once('end', () => resolve()));
    });
  }

  async closed(deadline: Deadline): Promise<void> {
    await deadline.within(END_MS).settle(this.#hasEnded);
  }

  /** Whether a message that comes after the UNSUBACK is worked on. Of those that are left to the broker, none is. */
  readonly #isWorkedOn = ({ qos }: PublishPacket): boolean => !this.#isWithholding || qos === 2;

  /**
   * Whether everything that was published has left, and is acknowledged where it asked for that. An UNSUBSCRIBE that waits
   * for a broker that is gone is no reply.
   */
  get #isFlushed(): boolean {
    return this.parts.guard('reading what an MQTT client has to send', true, () => {
      const { outgoing, queue, stream } = this.#client ?? {};
      if (isObject(outgoing) && Object.values(outgoing).some(isPublished)) return false;
      if (Array.isArray(queue) && queue.some(isReply)) return false;
      return !isObject(stream) || !(Number(stream['writableLength']) > 0);
    });
  }

  /** One of QoS 0 is lost where it is sent to a client that is away, and here as well. */
  #isLeft({ qos }: PublishPacket): boolean {
    return qos === 1 || (qos === 0 && this.hasStoppedIntake);
  }

  /** `handleMessage()` is where an application of mqtt says whether a message is acknowledged; an error keeps it from that. */
  #withhold(client: MqttClient): void {
    if (this.#isWithholding) return;
    this.#isWithholding = true;
    const isWithheld = (packet: unknown): boolean => {
      if (!isObject(packet) || !this.#isLeft(packet)) return false;
      this.#withheld.add(packet);
      return true;
    };
    replaceMethod(client, 'handleMessage', (handle) => withholding(handle, isWithheld));
  }
}

function withholding(handle: Method, isWithheld: (packet: unknown) => boolean): Method {
  return function (this: unknown, ...args: unknown[]): unknown {
    const [packet, callback] = args;
    if (typeof callback !== 'function' || !isWithheld(packet)) return Reflect.apply(handle, this, args);
    return Reflect.apply(callback, undefined, [new Error('the service is shutting down')]) as unknown;
  };
}

/** Of what is not acknowledged: it is volatile where it asks for a subscription, or for the end of one (read in mqtt 5.16.0). */
function isPublished(outgoing: unknown): boolean {
  return isObject(outgoing) && outgoing['volatile'] !== true;
}

/** Of what waits for a connection: a message, or what tells the broker to pass one on, and not an acknowledgement. */
function isReply(queued: unknown): boolean {
  const packet = isObject(queued) ? queued['packet'] : undefined;
  return isObject(packet) && (packet['cmd'] === 'publish' || packet['cmd'] === 'pubrel');
}

/** The packet of Nest's `MqttContext`. */
function packetOf(context: object | undefined): object | undefined {
  if (context === undefined || !('getPacket' in context) || typeof context.getPacket !== 'function') return undefined;
  const packet: unknown = Reflect.apply(context.getPacket, context, []);
  return isObject(packet) ? packet : undefined;
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
