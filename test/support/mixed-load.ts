import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Controller, Get, type MessageEvent, Sse, StreamableFile } from '@nestjs/common';
import { concat, NEVER, type Observable, of } from 'rxjs';
import { turns } from './event-loop.js';

/** How many turns of the event loop `/later` takes: long enough for a client to go in between. */
const HANDLER_TURNS = 3;
const FILE = Array.from({ length: 8 }, () => Buffer.alloc(16 * 1024, 'x'));
/** Requests of one client, one after another; then another client comes. */
const MOST_PER_CLIENT = 8;

/** Answers of every kind, for clients that may go at any moment. */
@Controller('mixed')
export class MixedController {
  @Get('later')
  async later(): Promise<string> {
    await turns(HANDLER_TURNS);
    return 'later';
  }

  @Get('broken')
  async broken(): Promise<never> {
    await turns(1);
    throw new Error('broken on purpose');
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from(FILE));
  }

  @Sse('events')
  events(): Observable<MessageEvent> {
    return concat(of({ data: 'tick' }), NEVER);
  }
}

/** Numbers from 0 to below `end`, the same for the same seed (mulberry32). */
export type Random = (end: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed;
  return (end) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end;
  };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;
const post = (length: number, body: string): string =>
  `POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: application/octet-stream\r\nContent-Length: ${length}\r\n\r\n${body}`;

interface Exchange {
  readonly bytes: string;
  readonly requests: number;
  /** How many answers end by themselves; a client that waits for more would wait for ever. */
  readonly answers: number;
}

/** Every way a request can go; the first ones leave the connection usable. */
const EXCHANGES: readonly Exchange[] = [
  { bytes: get('/'), requests: 1, answers: 1 },
  { bytes: get('/mixed/later'), requests: 1, answers: 1 },
  { bytes: get('/nowhere'), requests: 1, answers: 1 },
  { bytes: get('/mixed/broken'), requests: 1, answers: 1 },
  { bytes: get('/mixed/file'), requests: 1, answers: 1 },
  { bytes: post(5, 'hello'), requests: 1, answers: 1 },
  { bytes: get('/mixed/later') + get('/') + get('/mixed/later'), requests: 3, answers: 3 },
  { bytes: get('/mixed/later').replace('GET', 'HEAD'), requests: 1, answers: 1 },
];
/** Those that only the client's going ends. */
const ENDLESS: readonly Exchange[] = [
  { bytes: get('/mixed/events'), requests: 1, answers: 1 },
  { bytes: post(1000, 'hello'), requests: 1, answers: 0 },
  { bytes: get('/mixed/later') + get('/mixed/events') + get('/'), requests: 3, answers: 2 },
  { bytes: get('/').slice(0, 20), requests: 0, answers: 0 },
];

/** What a load has done. */
export interface MixedLoad {
  readonly asked: number;
  readonly connections: number;
}

/** Asks for `requests` in all, over so many connections at a time, of which half are dropped at a random moment. */
export async function runMixedLoad(
  url: string,
  { requests, clients, seed }: { readonly requests: number; readonly clients: number; readonly seed: number },
): Promise<MixedLoad> {
  const random = randomFrom(seed);
  let asked = 0;
  let connections = 0;
  const work = async (): Promise<void> => {
    while (asked < requests) {
      const client = await connectTo(url);
      connections += 1;
      for (let n = 0; n < MOST_PER_CLIENT && !client.destroyed && asked < requests; n += 1) {
        const isLast = random(4) === 0;
        const kinds = isLast && random(2) === 0 ? ENDLESS : EXCHANGES;
        const exchange = kinds[random(kinds.length)] ?? EXCHANGES[0];
        if (exchange === undefined) throw new Error('there is nothing to ask for');
        asked += exchange.requests;
        await (isLast ? askAndGo(client, exchange, random) : askAndWait(client, exchange));
      }
      client.destroy();
    }
  };
  await Promise.all(Array.from({ length: clients }, work));
  return { asked, connections };
}

async function connectTo(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) }).on('error', () => undefined);
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  return socket;
}

async function askAndWait(socket: Socket, { bytes, answers }: Exchange): Promise<void> {
  const answered = heads(socket, answers);
  socket.write(bytes);
  await answered;
}

/** Goes at once, some turns later, or when the first answer has begun. */
async function askAndGo(socket: Socket, { bytes, answers }: Exchange, random: Random): Promise<void> {
  const begun = answers > 0 && random(3) === 0 ? heads(socket, 1) : turns(random(12));
  socket.write(bytes);
  await begun;
  socket.destroy();
}

/** Resolves once so many answers have begun, or the connection is gone. */
function heads(socket: Socket, count: number): Promise<void> {
  return new Promise((resolve) => {
    let begun = 0;
    const settle = (): void => {
      socket.off('data', look).off('close', settle);
      resolve();
    };
    const look = (text: string): void => {
      begun += text.split('HTTP/1.1 ').length - 1;
      if (begun >= count) settle();
    };
    socket.on('data', look).on('close', settle);
  });
}
