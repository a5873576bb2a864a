import { type Guard } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { serverOptionsOf } from '../../internals/broker-clients.js';
import { subscribedHandlers, type SubscribingServer } from './broker-patterns.js';
import { type MqttSession } from './mqtt-session.js';

/** What is told of a broker's settings at boot. */
export interface BrokerAdvice {
  /** `warn` for settings that contradict each other; `log` for what the broker is like. */
  readonly level: 'log' | 'warn';
  readonly text: string;
}

/** kafkajs 2.2.4, in milliseconds. */
const DEFAULT_SESSION_TIMEOUT_MS = 30_000;

/** Of a broker that keeps nothing for those that are away. It matters for events: a request without an answer is noticed. */
export function adviseOnEvents(broker: string, server: SubscribingServer, guard: Guard): BrokerAdvice[] {
  const hasEvents = subscribedHandlers(server, guard).some(([, { isEventHandler }]) => isEventHandler === true);
  return hasEvents ? [keepsNothing(broker)] : [];
}

/** @param workMs how long a shutdown may wait for a handler */
export function adviseOnKafka(server: object, workMs: number): BrokerAdvice[] {
  const { consumer } = serverOptionsOf(server);
  const said: unknown = isObject(consumer) ? consumer['sessionTimeout'] : undefined;
  const sessionMs = typeof said === 'number' ? said : DEFAULT_SESSION_TIMEOUT_MS;
  if (sessionMs >= workMs) return [];
  const text =
    `Kafka gives the partitions of a consumer to others that sends no heartbeat for sessionTimeout (${sessionMs} ms), and ` +
    `kafkajs sends none while a handler runs. A shutdown waits for handlers for up to ${workMs} ms, so a message may be ` +
    `handled a second time elsewhere. Type consumer: { sessionTimeout: ${workMs} } in the options of the Kafka server.`;
  return [{ level: 'warn', text }];
}

export function adviseOnMqtt({ isKept, subscriptions }: MqttSession): BrokerAdvice[] {
  const levels = new Set(subscriptions.filter(({ isShared }) => !isShared).map(({ qos }) => qos));
  if (isKept) return contradictions(levels);
  if (levels.has(1) || levels.has(2)) return [warning(FORGOTTEN)];
  return subscriptions.some(({ isEvent }) => isEvent) ? [keepsNothing('MQTT')] : [];
}

/** Of a session that the broker keeps. */
function contradictions(levels: ReadonlySet<number>): BrokerAdvice[] {
  if (levels.has(0)) return [warning(QOS_0)];
  return levels.has(2) ? [warning(QOS_2)] : [];
}

const FORGOTTEN =
  'The MQTT broker forgets subscriptions of QoS 1 when this client disconnects (clean session), so what is published ' +
  "while the service restarts is lost. Type clean: false and clientId: 'a-name-of-this-instance' in the options of the " +
  'MQTT server, with MQTT 5 properties: { sessionExpiryInterval: 3600 } too.';
const QOS_0 =
  'The MQTT session is kept for this client (clean: false), but nothing of QoS 0 is kept in it. ' +
  'Type subscribeOptions: { qos: 1 } in the options of the MQTT server, and publish with QoS 1.';
const QOS_2 =
  'Messages of QoS 2 cannot be left to the MQTT broker, so these subscriptions are ended at a shutdown, and what is ' +
  'published while the service restarts is lost. Type subscribeOptions: { qos: 1 } in the options of the MQTT server.';

function warning(text: string): BrokerAdvice {
  return { level: 'warn', text };
}

function keepsNothing(broker: string): BrokerAdvice {
  const text =
    `${broker} keeps no event for a service that is away: what is published while no instance is subscribed is lost. ` +
    'Let the next instance start before this one stops.';
  return { level: 'log', text };
}
