import 'reflect-metadata';
import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { Controller, Get, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { interleaved } from '../support/statistics.js';

/**
 * What tracking costs a request, alone: the same events on the server of an application with the module and of one
 * without it, with no framework behind. Prints one line of JSON. Needs `--expose-gc` and a young generation that is
 * large enough to hold a round's garbage.
 */
const REQUESTS = Number(process.env['REQUESTS']);
const ROUNDS = Number(process.env['ROUNDS']);
const FEW_REQUESTS = 10_000;
const CONNECTIONS = 10_000;

@Controller()
class Greeter {
  @Get()
  hello(): string {
    return 'hello';
  }
}

@Module({ controllers: [Greeter] })
class PlainModule {}

@Module({ controllers: [Greeter], imports: [GracefulShutdownModule.forRoot()] })
class TrackedModule {}

type RouteHandler = (request: unknown, response: unknown, next: () => void) => Promise<unknown>;

/** Keeps the handlers that Nest registers, with what interceptors have put around them, and sends no answer. */
class SilentAdapter extends ExpressAdapter {
  readonly handlers: RouteHandler[] = [];

  override get = (...args: unknown[]): void => {
    this.handlers.push(args.at(-1) as RouteHandler);
  };

  override status(): void {
    // There is no server.
  }

  override reply(): void {
    // There is no server.
  }
}

/** An application whose server has only the library's listeners left, if any. */
interface Subject {
  readonly label: string;
  readonly server: Server;
  readonly handle: RouteHandler;
}

async function subject(label: string, module: Type): Promise<Subject> {
  const adapter = new SilentAdapter();
  const app = await NestFactory.create(module, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  for (const event of ['request', 'connection']) {
    // Listeners of the framework and of Node come after the library's.
    const [last] = server.listeners(event).slice(-1);
    if (last !== undefined) server.removeListener(event, last as () => void);
  }
  server.on('request', (_request, response: ServerResponse) => response.statusCode);
  const [handle] = adapter.handlers;
  if (handle === undefined) throw new Error('Nest has registered no handler');
  return { label, server, handle };
}

function newRequest(): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method: 'GET', url: '/', httpVersionMajor: 1 });
}

function serve({ server }: Subject, requests: number): void {
  const request = newRequest();
  for (let count = 0; count < requests; count += 1) {
    const response = new ServerResponse(request);
    server.emit('request', request, response);
    response.emit('close');
  }
}

async function handle({ handle }: Subject, requests: number): Promise<void> {
  const request = newRequest();
  const next = (): void => undefined;
  for (let count = 0; count < requests; count += 1) await handle(request, new ServerResponse(request), next);
}

/** CPU time, because on a shared machine the clock also counts what others were given. */
async function nanoseconds(requests: number, work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1e3) / requests;
}

/** What a piece of work allocates, garbage included, as long as no collection comes between. */
async function allocated(pieces: number, work: () => unknown): Promise<number> {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await work();
  return (process.memoryUsage().heapUsed - before) / pieces;
}

/** What stays in memory for each open connection. */
async function connectionBytes({ server }: Subject): Promise<number> {
  const sockets = Array.from({ length: CONNECTIONS }, () => new Socket());
  const bytes = await allocated(CONNECTIONS, () => {
    for (const socket of sockets) server.emit('connection', socket);
    globalThis.gc?.();
  });
  for (const socket of sockets) socket.emit('close');
  return bytes;
}

type Figures = Record<'eventNs' | 'handlerNs' | 'eventBytes' | 'handlerBytes' | 'connectionBytes', number[]>;

const newFigures = (): Figures => ({
  eventNs: [],
  handlerNs: [],
  eventBytes: [],
  handlerBytes: [],
  connectionBytes: [],
});

async function measure(subject: Subject, figures: Figures): Promise<void> {
  figures.eventNs.push(await nanoseconds(REQUESTS, () => serve(subject, REQUESTS)));
  figures.handlerNs.push(await nanoseconds(REQUESTS, () => handle(subject, REQUESTS)));
  figures.eventBytes.push(await allocated(FEW_REQUESTS, () => serve(subject, FEW_REQUESTS)));
  figures.handlerBytes.push(await allocated(FEW_REQUESTS, () => handle(subject, FEW_REQUESTS)));
  figures.connectionBytes.push(await connectionBytes(subject));
}

const subjects = [
  await subject('plain', PlainModule),
  await subject('plain again', PlainModule),
  await subject('tracked', TrackedModule),
];
const results = new Map(subjects.map(({ label }) => [label, newFigures()]));
for (const one of subjects) await measure(one, newFigures());
for (let round = 0; round < ROUNDS; round += 1) {
  for (const one of interleaved(subjects, round)) await measure(one, results.get(one.label) ?? newFigures());
}
process.stdout.write(`${JSON.stringify(Object.fromEntries(results))}\n`, () => process.exit());
