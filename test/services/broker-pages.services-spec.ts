import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { Kafka, logLevel } from 'kafkajs';
import { firstValueFrom, lastValueFrom } from 'rxjs';
import { compilePages, type StartPage, stopCleanly } from '../docs/page-programs.js';
import { KafkaBroker, kafkaBroker } from '../support/kafka-broker.js';
import { itNeeds } from '../support/machine.js';

let start: StartPage;

beforeAll(() => {
  start = compilePages('broker-pages');
});

describe('the program of the page on Redis, NATS and MQTT', () => {
  const servers = [process.env['NATS_URL'] ?? 'nats://127.0.0.1:4222'];
  const { hostname: host, port } = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
  const url = process.env['MQTT_URL'] ?? 'mqtt://127.0.0.1:1883';
  let clients: ClientProxy[] = [];

  afterEach(async () => {
    for (const client of clients) await client.close();
  });

  it('answers over each of them, and ends clean', async () => {
    const program = start('brokers', { NATS_URL: servers.join(), REDIS_HOST: host, MQTT_URL: url });
    await program.waitForLine(/^listening on \d+$/);
    const nats = ClientProxyFactory.create({ transport: Transport.NATS, options: { servers } });
    const redis = ClientProxyFactory.create({ transport: Transport.REDIS, options: { host, port: Number(port) } });
    const mqtt = ClientProxyFactory.create({ transport: Transport.MQTT, options: { url } });
    clients = [nats, redis, mqtt];
    for (const client of clients) await client.connect();
    for (const client of [nats, redis]) {
      expect(await firstValueFrom(client.send('orders.price', 7))).toEqual({ id: 7, cents: 1250 });
    }
    await lastValueFrom(mqtt.emit('orders/placed', 8), { defaultValue: undefined });
    await program.waitForLine(/^order 8 is placed$/);
    expect(await stopCleanly(program)).toContain('clean');
  });
});

describe('the program of the page on RabbitMQ', () => {
  it('takes what is sent, and ends clean', async () => {
    const url = process.env['RABBITMQ_URL'] ?? 'amqp://127.0.0.1:5672';
    const program = start('rabbitmq', { RABBITMQ_URL: url });
    const client = ClientProxyFactory.create({ transport: Transport.RMQ, options: { urls: [url], queue: 'orders' } });
    await client.connect();
    await lastValueFrom(client.emit('order.placed', 9), { defaultValue: undefined });
    await program.waitForLine(/^order 9 is placed$/);
    expect(await stopCleanly(program)).toContain('clean');
    await client.close();
  });
});

describe('the program of the page on Kafka', () => {
  itNeeds(kafkaBroker, 'takes what is sent, and ends clean', async () => {
    const broker = await KafkaBroker.start();
    try {
      const kafka = new Kafka({ brokers: [broker.address], logLevel: logLevel.NOTHING });
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic: 'orders.placed', messages: [{ value: JSON.stringify({ id: 9 }) }] });
      await producer.disconnect();
      const program = start('kafka', { KAFKA_URL: broker.address });
      await program.waitForLine(/^order 9 is placed$/);
      expect(await stopCleanly(program)).toContain('clean');
    } finally {
      await broker.stop();
    }
  });
});
