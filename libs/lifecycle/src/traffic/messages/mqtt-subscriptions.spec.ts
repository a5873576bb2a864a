import { EventEmitter } from 'node:events';
import { beginIntake, clock, cut, FakeServer, isOver, parts, soon } from '../../../../../test/support/intake-parts.js';
import { MqttSubscriptions } from './mqtt-subscriptions.js';

beforeEach(beginIntake);

describe('the MQTT server', () => {
  class Client extends EventEmitter {
    readonly unsubscribed: string[][] = [];
    readonly acknowledged: unknown[] = [];
    outgoing: Record<string, unknown> = {};
    queue: unknown[] = [];
    connected = true;
    pings = 0;

    constructor(readonly options: Record<string, unknown>) {
      super();
    }

    handleMessage(packet: unknown, callback: (error?: Error) => void): void {
      this.acknowledged.push(packet);
      callback();
    }

    unsubscribe(topics: string[], callback: () => void): void {
      this.unsubscribed.push(topics);
      callback();
    }

    sendPing(): void {
      this.pings += 1;
    }

    receive(packet: object): void {
      this.emit('packetreceive', packet);
    }
  }

  function create(options: Record<string, unknown>, serverOptions: Record<string, unknown> = {}) {
    const client = new Client(options);
    const server = new FakeServer(client, new Map([['orders/placed', { isEventHandler: true }]]));
    server.options = serverOptions;
    return { mqtt: new MqttSubscriptions(server, parts), client, server };
  }

  const KEPT = [{ clean: false }, { subscribeOptions: { qos: 1 } }] as const;

  it('has stopped when the broker has answered a ping without a message in between', async () => {
    const { mqtt, client } = create({});
    const stopped = mqtt.stopAccepting(soon());
    await clock.advance(0);
    expect(client.unsubscribed).toEqual([['orders/placed']]);
    client.receive({ cmd: 'publish', qos: 0 });
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(false);
    expect(client.pings).toBe(2);
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(true);
    expect(mqtt.hasStoppedIntake).toBe(true);
  });

  it('stays subscribed to what the broker keeps, and neither handles nor acknowledges it', async () => {
    const { mqtt, client } = create(...KEPT);
    const stopped = mqtt.stopAccepting(soon());
    await clock.advance(0);
    client.receive({ cmd: 'publish', qos: 1 });
    client.receive({ cmd: 'pingresp' });
    expect(await isOver(stopped)).toBe(true);
    expect(mqtt.hasStoppedIntake).toBe(true);
    expect(client.unsubscribed).toEqual([]);
    const [kept, exact] = [{ qos: 1 }, { qos: 2 }];
    const errors: unknown[] = [];
    for (const packet of [kept, exact]) client.handleMessage(packet, (error) => errors.push(error));
    expect(client.acknowledged).toEqual([exact]);
    expect(errors).toEqual([expect.any(Error), undefined]);
    expect(mqtt.isReturned({ getPacket: () => kept })).toBe(true);
    expect(mqtt.isReturned({ getPacket: () => exact })).toBe(false);
  });

  it('waits for what is not acknowledged yet, and for the end of the client', async () => {
    const { mqtt, client } = create({});
    client.outgoing = { 1: {} };
    const left = mqtt.leave(soon());
    expect(await isOver(left, 500)).toBe(false);
    client.outgoing = {};
    expect(await isOver(left, 5)).toBe(true);
    mqtt.terminate();
    const closed = mqtt.closed(soon());
    expect(await isOver(closed, 500)).toBe(false);
    client.emit('end');
    expect(await isOver(closed)).toBe(true);
    expect(cut).toEqual([]);
  });

  it.each([
    ['have arrived when the broker answers', (client: Client) => client.receive({ cmd: 'pingresp' }), []],
    [
      'may be lost with their connection',
      (client: Client) => client.emit('close'),
      ['replies to MQTT that it may not have got'],
    ],
    ['are counted where the broker is silent', () => undefined, ['1 replies to MQTT']],
  ])('replies %s', async (_what, happens, names) => {
    const { mqtt, client, server } = create({});
    server.send(['before'], () => client);
    const stopped = mqtt.stopAccepting(soon());
    await clock.advance(0);
    client.receive({ cmd: 'pingresp' });
    await stopped;
    server.send(['1'], () => client);
    const left = mqtt.leave(soon());
    await clock.advance(0);
    happens(client);
    expect(await isOver(left, 1000)).toBe(true);
    mqtt.terminate();
    expect(cut).toEqual(names);
  });

  it.each<[string, Record<string, unknown>, unknown[], string[]]>([
    ['an UNSUBSCRIBE', { 1: { volatile: true } }, [{ packet: { cmd: 'unsubscribe' } }], []],
    ['an acknowledgement of what came', {}, [{ packet: { cmd: 'puback' } }], []],
    ['a reply of QoS 0', {}, [{ packet: { cmd: 'publish' } }], ['replies to MQTT that it may not have got']],
    ['a reply of QoS 1', { 1: { volatile: false } }, [], ['replies to MQTT that it may not have got']],
    ['half a reply of QoS 2', {}, [{ packet: { cmd: 'pubrel' } }], ['replies to MQTT that it may not have got']],
  ])('cuts a reply and nothing else where the broker is gone: %s', async (_what, outgoing, queue, names) => {
    const { mqtt, client } = create({});
    Object.assign(client, { outgoing, queue });
    const left = mqtt.leave(soon());
    expect(await isOver(left)).toBe(names.length === 0);
    expect(await isOver(left, 1000)).toBe(true);
    mqtt.terminate();
    expect(cut).toEqual(names);
  });

  it.each([
    [{}, {}, 'log', 'keeps no event'],
    [{}, { subscribeOptions: { qos: 1 } }, 'warn', 'Type clean: false'],
    [{ clean: false }, {}, 'warn', 'Type subscribeOptions: { qos: 1 }'],
    [{ clean: false }, { subscribeOptions: { qos: 2 } }, 'warn', 'Type subscribeOptions: { qos: 1 }'],
    [{ clean: false, protocolVersion: 5 }, { subscribeOptions: { qos: 1 } }, 'warn', 'sessionExpiryInterval'],
  ])('with %j and %j says at boot what is lost', (options, serverOptions, level, text) => {
    const { mqtt } = create(options, serverOptions);
    const [advice, ...more] = mqtt.advice();
    expect(advice?.level).toBe(level);
    expect(advice?.text).toContain(text);
    expect(more).toEqual([]);
  });

  it('says nothing of a session that is kept as it should be', () => {
    expect(create(...KEPT).mqtt.advice()).toEqual([]);
  });
});
