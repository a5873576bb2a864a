import { type MqttClient, serverOptionsOf } from '../../internals/broker-clients.js';
import { isObject } from '../../errors/foreign-value.js';
import { type Guard } from '../../errors/foreign-call.js';
import { subscribedHandlers, type SubscribingServer } from './broker-patterns.js';

/** Shared by several instances: the broker gives each message to one of them. */
const SHARED = '$share/';

/** What a service has asked the broker for. */
export interface MqttSession {
  /**
   * Whether the broker keeps what it has not delivered until this client comes back (`clean: false`). It is known again by
   * its identifier, which mqtt asks for then (read in mqtt 5.16.0).
   */
  readonly isKept: boolean;
  readonly subscriptions: readonly MqttSubscription[];
}

export interface MqttSubscription {
  readonly topic: string;
  readonly qos: number;
  readonly isShared: boolean;
  readonly isEvent: boolean;
}

/** Of the options of Nest's MQTT transport, as its `bindEvents` reads them (Nest 11.2.6 and 12.1.1), and those of its client. */
export function mqttSessionOf(server: SubscribingServer, { options }: MqttClient, guard: Guard): MqttSession {
  const { clean, protocolVersion, properties } = options;
  const expiry = isObject(properties) ? Number(properties['sessionExpiryInterval'] ?? 0) : 0;
  return {
    isKept: clean === false && (protocolVersion !== 5 || expiry > 0),
    subscriptions: subscribedHandlers(server, guard).map(([topic, { extras, isEventHandler }]) => ({
      topic,
      qos: qosOf(extras) ?? qosOf(serverOptionsOf(server)['subscribeOptions']) ?? 0,
      isShared: topic.startsWith(SHARED),
      isEvent: isEventHandler === true,
    })),
  };
}

/** Whether the broker keeps what comes for it while the service is away: messages of QoS 1 that are not acknowledged. */
export function isKeptByBroker({ isKept }: MqttSession, { qos, isShared }: MqttSubscription): boolean {
  return isKept && qos === 1 && !isShared;
}

function qosOf(options: unknown): number | undefined {
  const qos = isObject(options) ? options['qos'] : undefined;
  return typeof qos === 'number' ? qos : undefined;
}
