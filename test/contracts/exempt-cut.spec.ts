import { Controller, Get, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { turns, until } from '../support/event-loop.js';
import { ADAPTERS } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';
import { hold, startTrafficWorld, type TrafficWorld } from '../support/traffic-world.js';

const options = { exempt: ['/slow', '/users/*'] };

@Controller('users')
class UsersController {
  @Get(':id')
  neverEnds(): Promise<string> {
    return new Promise(() => undefined);
  }
}

/** The one line that names exempt requests that were cut. */
const warnings = ({ logger }: Pick<TrafficWorld, 'logger'>): string[] =>
  logger.texts('warn').filter((text) => text.includes('exempt'));

/** One request of each kind is under way, and the application has got as far as `closing`. */
async function closingWithBothUnanswered(world: TrafficWorld) {
  const [slow, user] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
  slow.ask('GET', '/slow');
  user.ask('GET', '/users/1');
  await world.slow.reached();
  await turns();
  const closing = hold(world, 'closing');
  const closed = world.app.close();
  await closing.reached();
  return { slow, user, closing, closed };
}

describe.each(ADAPTERS)('an exempt request that is still unanswered (%s)', (adapter) => {
  it('when everything is over is cut and named; nobody waits for it, so the outcome is clean', async () => {
    const world = await startTrafficWorld(adapter, { options, controllers: [UsersController] });
    const [slow, user] = [await RawClient.connect(world.url), await RawClient.connect(world.url)];
    slow.ask('GET', '/slow?token=secret');
    await world.slow.reached();
    user.ask('GET', '/users/ada', 'X-Request-Id: r-1');
    await turns();
    await world.app.close();
    await Promise.all([slow.closed, user.closed]);
    expect([slow.received, user.received]).toEqual(['', '']);
    const ageMs = expect.any(Number) as number;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      exitCode: 0,
      requests: {
        inFlightAtStart: 0,
        drained: 0,
        interrupted: [],
        exemptCut: [
          { kind: 'response', name: 'GET /slow', ageMs },
          { kind: 'response', name: 'GET /users/:id', correlationId: 'r-1', ageMs },
        ],
      },
      leftBehind: [],
    });
    expect(warnings(world)).toEqual([
      expect.stringMatching(/^cut exempt requests, .*: GET \/slow after .*, GET \/users\/:id \(r-1\) after /),
    ]);
    expect(JSON.stringify(world.shutdown.report)).not.toMatch(/secret|ada/);
    world.slow.open();
  });

  it("is named when it is cut at the end of the drain's time, beside what was waited for", async () => {
    const world = await startTrafficWorld(adapter, {
      options: { exempt: ['/users/*'], drainTimeout: '50ms' },
      controllers: [UsersController],
    });
    const { user, closing, closed } = await closingWithBothUnanswered(world);
    await user.closed;
    closing.open();
    await closed;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [{ name: 'GET /slow' }], exemptCut: [{ name: 'GET /users/:id' }] },
    });
    world.slow.open();
  });

  it('is not named when it is answered in the end, or its client has gone by itself', async () => {
    const world = await startTrafficWorld(adapter, { options, controllers: [UsersController] });
    const { slow, user, closing, closed } = await closingWithBothUnanswered(world);
    user.abort();
    world.slow.open();
    await slow.until(/slow$/);
    closing.open();
    await closed;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { exemptCut: [] } });
    expect(warnings(world)).toEqual([]);
  });

  it('is not named when its client goes while Nest waits for it to close its servers', async () => {
    const world = await startTrafficWorld(adapter, { options, controllers: [UsersController] });
    const user = await RawClient.connect(world.url);
    user.ask('GET', '/users/1');
    await turns();
    const closed = world.app.close();
    await until('Nest closes its servers', () =>
      world.shutdown.progress().waitingFor.some((name) => name.includes('dispose')),
    );
    user.abort();
    await closed;
    expect(world.shutdown.report).toMatchObject({ outcome: 'clean', requests: { exemptCut: [] } });
  });

  it('is named when Nest ends its connection by force', async () => {
    @Injectable()
    class LastHook implements OnApplicationShutdown {
      /** Long enough for the connection to be gone. */
      async onApplicationShutdown(): Promise<void> {
        await turns();
      }
    }
    const world = await startTrafficWorld(adapter, {
      options,
      controllers: [UsersController],
      providers: [LastHook],
      nest: { forceCloseConnections: true },
    });
    const user = await RawClient.connect(world.url);
    user.ask('GET', '/users/1');
    await turns();
    await world.app.close();
    await user.closed;
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { exemptCut: [{ name: 'GET /users/:id' }] },
    });
  });
});

describe.each(HTTP2_KINDS)('an exempt request over HTTP/2 (%s)', (kind) => {
  it('is named when it is cut', async () => {
    const world = await startHttp2World(kind, { options, controllers: [UsersController] });
    const client = await world.connect();
    const answer = client.ask('/users/1');
    await turns();
    await world.app.close();
    expect(await answer).toMatchObject({ body: '' });
    expect(world.shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { interrupted: [], exemptCut: [{ name: 'GET /users/:id' }] },
    });
  });
});
