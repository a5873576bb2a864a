import { type ConnectionEnd, type Settlement } from '../../ledger/message-record.js';
import { AmqpTap } from './amqp/amqp-tap.js';
import { type BrokerTap, type MakeTap, type TapSink } from './broker-tap.js';
import { NatsTap } from './nats/nats-tap.js';
import { BullmqTap } from './redis/bullmq-tap.js';

/** What a tap has told, in a line each. */
function listen(make: MakeTap): { readonly tap: BrokerTap; readonly told: string[] } {
  const told: string[] = [];
  const sink: TapSink = {
    pod: 'a',
    isDone: () => false,
    numberOf: (text) => (/^mark-\d+$/.test(text) ? Number(text.slice(5)) : undefined),
    deliver: (number, needsAcknowledgement) => {
      told.push(`${number} delivered${needsAcknowledgement ? '' : ' for good'}`);
      return {
        settle: (how: Settlement) => void told.push(`${number} ${how}`),
        connectionEnded: (how: ConnectionEnd) => void told.push(`${number} ${how}`),
      };
    },
    replied: (number, body) => void told.push(`${number} answered ${body.toString()}`),
    consumers: (change) => {
      if (change !== 0) told.push(`consumers ${change}`);
    },
  };
  return { tap: make(sink), told };
}

/** Bytes as they come over a network: in pieces that know nothing of what is in them. */
function inPieces(bytes: Buffer, take: (chunk: Buffer) => void): void {
  for (let at = 0; at < bytes.length; at += 3) take(bytes.subarray(at, at + 3));
}

const short = (text: string): Buffer => Buffer.from([text.length, ...Buffer.from(text)]);
const number = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, Math.max(0, bytes - 6), Math.min(bytes, 6));
  return buffer;
};
const frame = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const payload = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type, 0, 1]), number(payload.length, 4), payload, Buffer.from([0xce])]);
};
const method = (ofClass: number, id: number, ...parts: readonly Buffer[]): Buffer =>
  frame(1, number(ofClass, 2), number(id, 2), ...parts);
const basic = (id: number, ...parts: readonly Buffer[]): Buffer => method(60, id, ...parts);

const GREETING = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
const consume = (noAck: boolean): Buffer =>
  basic(20, number(0, 2), short('orders'), short('c1'), Buffer.from([noAck ? 2 : 0]), number(0, 4));
/** With headers before what is looked for, as clients send them. */
const header = (size: number, flags: number, ...values: readonly Buffer[]): Buffer =>
  frame(2, number(60, 2), number(0, 2), number(size, 8), number(flags, 2), ...values);
const deliver = (tag: number, mark: string): Buffer =>
  Buffer.concat([
    basic(60, short('c1'), number(tag, 8), Buffer.from([0]), short(''), short('orders')),
    header(2, 0xb080, short('application/json'), number(0, 4), Buffer.from([2]), short(mark)),
    frame(3, Buffer.from('{}')),
  ]);
const tagged = (id: number, tag: number, ...bits: readonly number[]): Buffer =>
  basic(id, number(tag, 8), Buffer.from(bits));

describe('what passes between a pod and RabbitMQ', () => {
  const open = (noAck = false): ReturnType<typeof listen> => {
    const found = listen((sink) => new AmqpTap(sink));
    inPieces(Buffer.concat([GREETING, consume(noAck)]), (chunk) => found.tap.fromPod(chunk));
    inPieces(basic(21, short('c1')), (chunk) => found.tap.fromBroker(chunk));
    return found;
  };

  it('tells what is delivered and how it is settled', () => {
    const { tap, told } = open();
    const bytes = [1, 2, 3, 4, 5].map((tag) => deliver(tag, `mark-${tag}`));
    inPieces(Buffer.concat([...bytes, deliver(6, 'of another')]), (chunk) => tap.fromBroker(chunk));
    inPieces(tagged(80, 2, 1), (chunk) => tap.fromPod(chunk));
    tap.fromPod(Buffer.concat([tagged(120, 3, 2), tagged(120, 4, 0), tagged(90, 5, 1)]));
    tap.ended();
    expect(told).toEqual([
      ...['consumers 1', ...[1, 2, 3, 4, 5].map((tag) => `${tag} delivered`)],
      ...['1 acknowledged', '2 acknowledged', '3 returned', '4 refused', '5 returned', 'consumers -1'],
    ]);
  });

  it('tells whether the service closes its connection with something in hand, or its process ends', () => {
    const closing = open();
    closing.tap.fromBroker(deliver(1, 'mark-1'));
    closing.tap.fromPod(method(10, 50));
    const ending = open();
    ending.tap.fromBroker(deliver(1, 'mark-1'));
    ending.tap.ended();
    expect(closing.told.slice(-2)).toEqual(['1 closed', 'consumers -1']);
    expect(ending.told.slice(-2)).toEqual(['1 cut', 'consumers -1']);
  });

  it('knows a consumer without acknowledgements, also when it was just cancelled', () => {
    const { tap, told } = open(true);
    tap.fromPod(basic(30, short('c1'), Buffer.from([0])));
    tap.fromBroker(deliver(1, 'mark-1'));
    expect(told).toEqual(['consumers 1', 'consumers -1', '1 delivered for good']);
  });

  it('tells answers', () => {
    const { tap, told } = open();
    const publish = basic(40, number(0, 2), short(''), short('replies'), Buffer.from([0]));
    const body = Buffer.from('{"response":1}');
    tap.fromPod(Buffer.concat([publish, header(body.length, 0x0400, short('mark-7'))]));
    tap.fromPod(Buffer.concat([frame(3, body.subarray(0, 5)), frame(3, body.subarray(5))]));
    expect(told.at(-1)).toBe('7 answered {"response":1}');
  });

  it('tells no more of a long answer than its beginning', () => {
    const { tap, told } = open();
    const publish = basic(40, number(0, 2), short(''), short('replies'), Buffer.from([0]));
    const chunk = frame(3, Buffer.alloc(60_000, 'a'));
    tap.fromPod(Buffer.concat([publish, header(180_000, 0x0400, short('mark-7')), chunk, chunk, chunk]));
    expect(told.at(-1)).toBe(`7 answered ${'a'.repeat(64 * 1024)}`);
  });

  it('is left alone after a method or a header that ends too early', () => {
    const { tap, told } = open();
    tap.fromPod(tagged(80, 1));
    tap.fromPod(consume(false));
    tap.fromBroker(frame(2, number(60, 2)));
    tap.fromBroker(deliver(1, 'mark-1'));
    expect(told).toEqual(['consumers 1']);
  });

  it('is left alone where it is no AMQP', () => {
    const { tap, told } = listen((sink) => new AmqpTap(sink));
    tap.fromPod(Buffer.from('\x16\x03\x01 a hello of TLS'));
    tap.fromBroker(Buffer.from('what is no frame at all, and is long enough to look like one'));
    expect(told).toEqual([]);
  });

  it('is left alone where it is AMQP 1.0, or has a frame that is too long to be one', () => {
    const { tap, told } = listen((sink) => new AmqpTap(sink));
    tap.fromPod(Buffer.from('AMQP\0\x01\0\0', 'latin1'));
    const withoutAnswer = Buffer.from([8]);
    tap.fromPod(basic(20, number(0, 2), short('orders'), short('c1'), withoutAnswer, number(0, 4)));
    tap.fromBroker(frame(8, Buffer.alloc(17 * 1024 * 1024)));
    tap.fromBroker(deliver(1, 'mark-1'));
    tap.ended();
    expect(told).toEqual([]);
  });
});

describe('what passes between a pod and NATS', () => {
  const headers = 'NATS/1.0\r\nx-rehearsal-message: mark-1\r\n\r\n';
  const message = (reply: string): Buffer => {
    const to = reply === '' ? '' : `${reply} `;
    return Buffer.from(`HMSG orders 1 ${to}${headers.length} ${headers.length + 2}\r\n${headers}{}\r\n`);
  };

  it('tells what a subscription is given, and the answer', () => {
    const { tap, told } = listen((sink) => new NatsTap(sink));
    inPieces(Buffer.from('CONNECT {}\r\nSUB orders group 1\r\nSUB _INBOX.a 2\r\n'), (chunk) => tap.fromPod(chunk));
    inPieces(Buffer.concat([Buffer.from('MSG orders 1 2\r\n{}\r\n'), message('_INBOX.b')]), (chunk) =>
      tap.fromBroker(chunk),
    );
    inPieces(Buffer.from('PUB _INBOX.b 4\r\ndone\r\nUNSUB 1\r\n'), (chunk) => tap.fromPod(chunk));
    expect(told).toEqual(['consumers 1', '1 delivered for good', '1 answered done', 'consumers -1']);
  });

  it('tells what a consumer of a stream acknowledges', () => {
    const { tap, told } = listen((sink) => new NatsTap(sink));
    tap.fromBroker(Buffer.concat([message('$JS.ACK.a.1'), message('$JS.ACK.a.2'), message('$JS.ACK.a.3')]));
    const words = ['PUB $JS.ACK.a.1 4', '+WPI', 'PUB $JS.ACK.a.1 4', '+ACK', 'PUB $JS.ACK.a.2 4', '-NAK', ''];
    tap.fromPod(Buffer.from(words.join('\r\n')));
    tap.ended();
    expect(told.slice(3)).toEqual(['1 acknowledged', '1 returned', '1 cut']);
  });
});

describe('what passes between a pod and Redis', () => {
  const text = (value: string): string => `$${value.length}\r\n${value}\r\n`;

  it('tells which job of BullMQ a worker is given', () => {
    const { tap, told } = listen((sink) => new BullmqTap(sink));
    const job = `*2\r\n${text('data')}${text('{"number":3}')}`;
    const answers = `+OK\r\n:1\r\n$-1\r\n*4\r\n${job}${text('mark-3')}:0\r\n:0\r\n*2\r\n${text('mark-4')}${text('a')}`;
    inPieces(Buffer.from(answers), (chunk) => tap.fromBroker(chunk));
    expect(told).toEqual(['3 delivered']);
  });

  it('is left alone where lists are within lists without end', () => {
    const { tap, told } = listen((sink) => new BullmqTap(sink));
    tap.fromBroker(Buffer.from('*1\r\n'.repeat(100_000)));
    expect(told).toEqual([]);
  });

  it('is left alone where it is no Redis', () => {
    const { tap, told } = listen((sink) => new BullmqTap(sink));
    tap.fromBroker(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    expect(told).toEqual([]);
  });
});
