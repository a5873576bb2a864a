import { ClientProxyFactory, MqttRecordBuilder } from '@nestjs/microservices';
import { brokerOptions } from './broker-options.js';
import { released } from './faults.js';

/**
 * Sends numbered messages to a broker, one every few milliseconds, until the test says `stop`; says which were sent, and which
 * answered. It stays for the answers until it is ended.
 */
const { env } = process;
const PACE_MS = Number(env['PACE_MS'] ?? 10);
const prefix = env['PREFIX'] ?? '';

function message(count: number): unknown {
  const qos = Number(env['QOS'] ?? 0);
  return qos === 1 || qos === 2 ? new MqttRecordBuilder(count).setQoS(qos).build() : count;
}

async function main(): Promise<void> {
  const client = ClientProxyFactory.create(brokerOptions({ prefix, noAck: true }));
  await client.connect();
  const stopped = new AbortController();
  void released('stop').then(() => stopped.abort());
  for (let count = 1; !stopped.signal.aborted; count += 1) {
    if (env['EVENTS'] === 'true') client.emit(`${prefix}/happened`, message(count)).subscribe({ error: console.error });
    else
      client.send<number>(`${prefix}/work`, count).subscribe({
        next: (answer) => console.log(`answered ${answer}`),
        error: (error: unknown) => console.log(`failed ${count}: ${String(error)}`),
      });
    console.log(`sent ${count}`);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  console.log('stopped');
}

void main();
