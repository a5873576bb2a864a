import type { ServerResponse } from 'node:http';
import { Controller, Get, Res } from '@nestjs/common';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { FRAME, FrameClient } from '../support/http2-frames.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { hold } from '../support/traffic-world.js';

/** Of RFC 9113 §7. */
const NO_ERROR = 0;

/** Express' response, or Fastify's reply. */
type Reply = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown };

describe.each(HTTP2_KINDS)('a handler that answers when its HTTP/2 client has gone (%s)', (kind) => {
  it.each(['lame-duck', 'draining'] as const)('throws nothing, and nothing is logged, in phase %s', async (phase) => {
    const gate = new Gate();
    const ended: unknown[] = [];

    @Controller('by-hand')
    class ByHandController {
      @Get()
      async answer(@Res() reply: Reply): Promise<void> {
        if ('hijack' in reply) reply.hijack();
        const response = 'hijack' in reply ? reply.raw : reply;
        await gate.pass();
        try {
          response.end('by hand');
          ended.push('quietly');
        } catch (error) {
          ended.push(error);
        }
      }
    }

    const world = await startHttp2World(kind, {
      controllers: [ByHandController],
      // Else a reminder of it is a warning, too.
      prepare: (app) => void app.enableShutdownHooks(),
    });
    const held = hold(world, phase);
    const clients = [await world.connect(), await world.connect()];
    clients[0]?.open('/slow');
    clients[1]?.open('/by-hand');
    await Promise.all([world.slow.reached(), gate.reached()]);
    const closing = world.app.close();
    await held.reached();
    await turns();
    for (const { session } of clients) session.destroy();
    await until('the answers are over', () => world.shutdown.inFlight().responses === 0);
    world.slow.open();
    gate.open();
    await until('the handlers have ended', () => world.shutdown.inFlight().total === 0);
    await turns();
    expect(ended).toEqual(['quietly']);
    held.open();
    await closing;
    expect([...world.logger.texts('error'), ...world.logger.texts('warn')]).toEqual([]);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', errors: [], requests: { interrupted: [] } });
  });
});

describe.each(HTTP2_KINDS)('an idle HTTP/2 session at the end of the drain (%s)', (kind) => {
  it.each([
    ['that has served', true],
    ['that has carried nothing yet', false],
  ])('hears GOAWAY before its connection closes: one %s', async (_what, hasServed) => {
    const world = await startHttp2World(kind);
    const client = await FrameClient.connect(world.http2Url);
    await until('the session is there', () => client.frames.some(({ type }) => type === FRAME.settings));
    if (hasServed) {
      const stream = client.get('/');
      await until('it is answered', () => client.isAnswered(stream));
    }
    expect(client.goaways).toEqual([]);
    await Promise.all([world.app.close(), client.closed]);
    const codes = client.frames
      .filter(({ type }) => type === FRAME.goaway)
      .map(({ payload }) => payload.readUInt32BE(4));
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set([NO_ERROR]));
    // Streams beyond it were not looked at, and are safe to send again.
    expect(client.goaways.at(-1)).toBe(hasServed ? 1 : 0);
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean' });
  });
});
