import { type Guard } from '../../errors/foreign-call.js';
import { isObject } from '../../errors/foreign-value.js';
import { type MqttClient } from '../../internals/broker-clients.js';

/** A message as it comes. */
export interface PublishPacket {
  readonly qos?: unknown;
}

/** What a broker says on the connection of one client of mqtt 5. */
export class MqttWire {
  constructor(
    private readonly client: MqttClient,
    private readonly guard: Guard,
  ) {}

  /** Unsubscribes. Resolves when nothing more of what `matters` can come, with `false` when that cannot be told. */
  async stop(topics: string[], matters: (packet: PublishPacket) => boolean): Promise<boolean> {
    if (topics.length > 0 && !(await this.#unsubscribed(topics))) return false;
    let received = 0;
    const count = (packet: unknown): void => {
      if (isOf(packet, 'publish') && matters(packet)) received += 1;
    };
    this.guard('on() of an MQTT client', undefined, () => this.client.on('packetreceive', count));
    try {
      for (let before = -1; before !== received;) {
        before = received;
        if (!(await this.answered())) return false;
      }
      return true;
    } finally {
      this.guard('off() of an MQTT client', undefined, () => this.client.off('packetreceive', count));
    }
  }

  #unsubscribed(topics: string[]): Promise<boolean> {
    return new Promise((resolve) => {
      const callback = (error?: unknown): void => resolve(error === undefined || error === null);
      const call = (): boolean => (this.client.unsubscribe(topics, callback), true);
      if (!this.guard('unsubscribe() of an MQTT client', false, call)) resolve(false);
    });
  }

  /** Whether the broker has answered a ping; it answers in the order in which it sends. */
  answered(): Promise<boolean> {
    const { client } = this;
    return new Promise((resolve) => {
      const end = (hasAnswered: boolean): void => {
        this.guard('off() of an MQTT client', undefined, () => {
          client.off('packetreceive', received);
          client.off('close', closed);
        });
        resolve(hasAnswered);
      };
      const received = (packet: unknown): void => void (isOf(packet, 'pingresp') && end(true));
      const closed = (): void => end(false);
      const ping = (): boolean => {
        if (client.connected !== true || typeof client.sendPing !== 'function') return false;
        client.on('packetreceive', received);
        client.once('close', closed);
        client.sendPing();
        return true;
      };
      if (!this.guard('sendPing() of an MQTT client', false, ping)) end(false);
    });
  }
}

function isOf(packet: unknown, kind: string): packet is PublishPacket {
  return isObject(packet) && packet['cmd'] === kind;
}
