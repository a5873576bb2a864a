import { turns, until } from '../support/event-loop.js';
import { startProbedApp, startProbedWorld } from '../support/counted-probes.js';
import { ADAPTERS, ask } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';
import { HTTP2_KINDS, startHttp2World } from '../support/secure-worlds.js';

/** By path: what it answers while the service leaves. */
const ASKING = [
  ['/health/ready', 503],
  ['/internal/terminus', 503],
  ['/internal/filtered', 500],
  ['/internal/plain', 503],
  ['/internal/by-hand', 503],
  ['/internal/scoped', 503],
] as const;

/** All answers of one connection, to its end or to the last one that was asked for. */
async function statusesOf(client: RawClient, count: number): Promise<string[]> {
  await client.until(new RegExp(`(HTTP/1\\.1 \\d+[^]*){${count}}`));
  await turns();
  return [...client.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status = '']) => status);
}

describe.each(ADAPTERS)('a failing probe (%s)', (adapter) => {
  it.each(ASKING)('counts once for each GET and HEAD of %s', async (path, status) => {
    const { world, leave, counted } = await startProbedApp(adapter);
    // Those before the signal are no news.
    expect(await ask(world.url, path)).toMatchObject({ status: 200 });
    await leave();
    expect(await ask(world.url, path)).toMatchObject({ status });
    const head = await RawClient.connect(world.url);
    head.ask('HEAD', path);
    expect(await statusesOf(head, 1)).toEqual([String(status)]);
    await head.closed;
    expect(await ask(world.url, path)).toMatchObject({ status });
    expect(await counted()).toBe(3);
  });

  it.each(['/internal/by-hand', '/health/ready'])(
    'is enough when there are as many of %s as were asked for',
    async (path) => {
      const { world, service, leave } = await startProbedApp(adapter, {
        lameDuck: { max: '50s', untilProbesFailed: 3 },
      });
      await leave();
      for (const _ of [1, 2]) {
        expect(await ask(world.url, path)).toMatchObject({ status: 503 });
        await service.clock.advance('1s');
      }
      await turns();
      expect(service.shutdown.phase).toBe('lame-duck');
      expect(await ask(world.url, path)).toMatchObject({ status: 503 });
      const { report } = await service.ended;
      expect(report).toMatchObject({
        outcome: 'clean',
        lameDuck: { endedBy: 'probes-failed', failedProbes: 3, repeatedProbes: 0 },
      });
    },
  );

  it('does not end the lame duck early when one client asks in a hurry, pipelined or on many connections', async () => {
    const { world, service, leave } = await startProbedApp(adapter, {
      lameDuck: { max: '20s', untilProbesFailed: 4 },
    });
    await leave();
    const hasty = await RawClient.connect(world.url);
    hasty.send('HEAD /health/ready HTTP/1.1\r\nHost: test\r\n\r\n'.repeat(4));
    await hasty.closed;
    for (let n = 0; n < 8; n += 1) expect(await ask(world.url, '/health/ready')).toMatchObject({ status: 503 });
    await service.clock.advance('19s');
    await turns();
    expect(service.shutdown.phase).toBe('lame-duck');
    await service.clock.advance('1s');
    const { report } = await service.ended;
    expect(report?.lameDuck).toMatchObject({ endedBy: 'elapsed', failedProbes: 1 });
    expect(report?.lameDuck.repeatedProbes).toBeGreaterThanOrEqual(8);
  });

  it('is none where the request has not asked, whatever it answers, while others do', async () => {
    const { world, gate, leave, counted } = await startProbedApp(adapter);
    await leave();
    const waiting = ['busy', 'waits', 'busy', 'waits', 'busy'].map((name) => ask(world.url, `/internal/${name}`));
    await gate.reached(waiting.length);
    for (const path of ['/healthz', '/nowhere', '/health/live', '/health/startup']) await ask(world.url, path);
    gate.open();
    const answers = await Promise.all(waiting);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(await ask(world.url, '/internal/informs')).toMatchObject({ status: 200 });
    expect(await counted()).toBe(2);
  });

  it('is none when its client has gone before it was answered', async () => {
    const { world, gate, leave, counted } = await startProbedApp(adapter);
    await leave();
    const client = await RawClient.connect(world.url);
    client.ask('GET', '/internal/half');
    await gate.reached();
    client.abort();
    await until('the server knows', () => world.shutdown.inFlight().responses === 0);
    gate.open();
    expect(await ask(world.url, '/internal/plain')).toMatchObject({ status: 503 });
    expect(await counted()).toBe(1);
  });

  it('counts as often as it was answered when probes are pipelined', async () => {
    const { world, gate, leave, counted } = await startProbedApp(adapter);
    await leave();
    const client = await RawClient.connect(world.url);
    const request = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;
    client.send([...['waits', 'plain', 'terminus'].map((name) => request(`/internal/${name}`))].join(''));
    await gate.reached();
    await turns();
    gate.open();
    await client.closed;
    const statuses = await statusesOf(client, 1);
    // Those behind an answer that says `Connection: close` are not looked at.
    expect(statuses.length).toBeGreaterThan(1);
    expect(new Set(statuses)).toEqual(new Set(['503']));
    expect(await counted()).toBe(statuses.length);
  });
});

describe('a failing probe on the probe port', () => {
  it('counts once for each GET and HEAD, pipelined or not, and never for others', async () => {
    const { service, world, leave, counted } = await startProbedApp('express', { probePort: 0 });
    const [, port = ''] = /probes on port (\d+)/.exec(world.logger.texts('log').join('\n')) ?? [];
    const url = `http://127.0.0.1:${port}`;
    await leave();
    expect(await ask(url, '/health/ready?full')).toMatchObject({ status: 503 });
    for (const path of ['/health/live', '/health/startup', '/ready']) await ask(url, path);
    const client = await RawClient.connect(url);
    const ready = (method: string): string => `${method} /health/ready HTTP/1.1\r\nHost: test\r\n\r\n`;
    client.send(ready('HEAD') + ready('GET') + ready('GET'));
    expect(await statusesOf(client, 3)).toEqual(['503', '503', '503']);
    expect(service.shutdown.phase).toBe('lame-duck');
    expect(await counted()).toBe(4);
  });
});

describe.each(HTTP2_KINDS)('a failing probe over HTTP/2 (%s)', (kind) => {
  it('counts once for each stream that was answered', async () => {
    const { world, gate, leave, counted } = await startProbedWorld((parts) => startHttp2World(kind, parts));
    const client = await world.connect();
    await leave();
    const kept = client.ask('/internal/waits');
    const cancelled = client.open('/internal/half');
    await gate.reached(2);
    cancelled.close(8);
    await until('it is cancelled', () => world.shutdown.inFlight().responses === 1);
    const heads = [client.ask('/internal/plain', { ':method': 'HEAD' }), client.ask('/internal/terminus')];
    for (const answer of await Promise.all(heads)) expect(answer).toMatchObject({ outcome: 'answered', status: 503 });
    gate.open();
    expect(await kept).toMatchObject({ outcome: 'answered', status: 503 });
    expect(await counted()).toBe(3);
  });

  it('counts when it has a session of its own, for GET and HEAD', async () => {
    const { world, leave, counted } = await startProbedWorld((parts) => startHttp2World(kind, parts));
    await leave();
    for (const method of ['GET', 'HEAD', 'GET']) {
      const client = await world.connect();
      expect(await client.ask('/health/ready', { ':method': method })).toMatchObject({ status: 503 });
    }
    expect(await counted()).toBe(3);
  });
});
