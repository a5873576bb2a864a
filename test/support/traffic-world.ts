import { Controller, Get, Post, Req, StreamableFile } from '@nestjs/common';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { HookPhase } from 'nestjs-lifecycle';
import { PassThrough, Readable } from 'node:stream';
import { until } from './event-loop.js';
import { Gate } from './gate.js';
import { type Adapter, type HttpApp, type HttpAppParts, createHttpApp, urlOf } from './http-app.js';

/** An application with a route for every way a transfer can go, and what the test opens, writes and ends. */
export interface TrafficWorld extends HttpApp {
  /** Requests of `/slow` wait here. */
  readonly slow: Gate;
  /** What `/download` sends, part by part. */
  readonly download: PassThrough;
  /** How many bytes of uploads have been read so far. */
  readonly uploaded: { bytes: number };
  /** How many TCP connections the server has accepted. */
  readonly accepted: () => number;
  /** Resolves once it has accepted so many. */
  readonly connected: (count?: number) => Promise<void>;
  /** Resolves once it has accepted so many, and all of them are gone. */
  readonly left: (count: number) => Promise<void>;
}

/** Starts one; what is passed comes on top of it. */
export async function startTrafficWorld(adapter: Adapter, parts: HttpAppParts = {}): Promise<TrafficWorld> {
  const world = await createTrafficWorld(adapter, parts);
  await world.app.listen(0, '127.0.0.1');
  return { ...world, url: urlOf(world.server) };
}

/** The same, not listening yet. */
export async function createTrafficWorld(
  adapter: Adapter,
  parts: HttpAppParts = {},
): Promise<Omit<TrafficWorld, 'url'>> {
  const slow = new Gate();
  const download = new PassThrough();
  const uploaded = { bytes: 0 };

  @Controller()
  class TrafficController {
    @Get()
    hello(): string {
      return 'hello';
    }

    @Get('slow')
    async slow(): Promise<string> {
      await slow.pass();
      return 'slow';
    }

    @Get('download')
    download(): StreamableFile {
      return new StreamableFile(download, { type: 'text/plain' });
    }

    @Post('upload')
    async upload(@Req() request: Readable | { readonly body: Readable }): Promise<string> {
      uploaded.bytes = 0;
      const body = request instanceof Readable ? request : request.body;
      for await (const chunk of body) uploaded.bytes += (chunk as Buffer).length;
      return `${uploaded.bytes} bytes`;
    }
  }

  const { controllers = [], prepare, ...rest } = parts;
  const world = await createHttpApp(adapter, {
    ...rest,
    controllers: [TrafficController, ...controllers],
    prepare: (app) => {
      if (adapter === 'fastify') passUploadsOn(app.getHttpAdapter() as unknown as FastifyAdapter);
      prepare?.(app);
    },
  });
  let [accepted, gone] = [0, 0];
  world.server.on('connection', (socket) => {
    accepted += 1;
    socket.on('close', () => (gone += 1));
  });
  const connected = (count = 1): Promise<void> => until('connections are accepted', () => accepted >= count);
  const left = (count: number): Promise<void> => until('all are gone', () => accepted === count && gone === count);
  return { ...world, slow, download, uploaded, accepted: () => accepted, connected, left };
}

/** Fastify refuses bodies of unknown types; Express hands them to the handler as they come. */
function passUploadsOn(adapter: FastifyAdapter): void {
  adapter.getInstance().addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));
}

/** Holds a phase until the gate is opened. */
export function hold({ shutdown }: Pick<HttpApp, 'shutdown'>, phase: HookPhase): Gate {
  const gate = new Gate();
  shutdown.register(`hold ${phase}`, () => gate.pass(), { phase });
  return gate;
}

/** The `Connection` header of each answer in what a client received. */
export function connectionHeaders(received: string): string[] {
  return received
    .split(/HTTP\/1\.1 [2-5]\d\d /)
    .slice(1)
    .map((answer) => /^connection: (.*)$/im.exec(answer)?.[1]?.trim() ?? 'none');
}
