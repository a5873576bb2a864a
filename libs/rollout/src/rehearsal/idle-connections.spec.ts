import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { scenarioOf } from '../../../../test/support/made-up-rollout.js';
import { type RolloutEvent, Timeline } from '../events/rollout-event.js';
import { watchIdleConnections } from './idle-connections.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A pod that serves on a port of its own, and a timeline that hears of it. */
async function servingPod(keepAliveTimeout: number) {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.end('ok');
  });
  servers.push(server);
  server.keepAliveTimeout = keepAliveTimeout;
  if ('keepAliveTimeoutBuffer' in server) server.keepAliveTimeoutBuffer = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const timeline = new Timeline(() => performance.now());
  const stop = watchIdleConnections(timeline, scenarioOf());
  timeline.record({ type: 'container-started', pod: 'v1-1', pid: 1, ports: { http: port } });
  return { server, timeline, stop, paths };
}

function known(timeline: Timeline, isSeen: boolean): Promise<RolloutEvent> {
  return new Promise((resolve) => {
    timeline.read((event) => {
      if (event.type === 'idle-timeout-known' && event.isSeen === isSeen) resolve(event);
    });
  });
}

describe('watchIdleConnections', () => {
  it('reads what the service announces, and sees when it closes an idle connection', async () => {
    const { timeline, stop, paths } = await servingPod(1000);
    const both = [known(timeline, false), known(timeline, true)];
    timeline.record({ type: 'pod-ready', pod: 'v1-1' });
    const [announced, seen] = await Promise.all(both);
    expect(announced).toMatchObject({ pod: 'v1-1', ms: 1000 });
    expect(seen).toMatchObject({ pod: 'v1-1', isSeen: true });
    expect(paths).toEqual(['/health/ready']);
    stop();
  });

  it.each(['pod-deleted', 'signal-sent'] as const)('is gone at %s, so that no stop waits for it', async (type) => {
    const { server, timeline, stop } = await servingPod(60_000);
    const announced = known(timeline, false);
    timeline.record({ type: 'pod-ready', pod: 'v1-1' });
    await announced;
    if (type === 'pod-deleted') timeline.record({ type, pod: 'v1-1', reason: 'scaled down' });
    else timeline.record({ type, pod: 'v1-1', signal: 'SIGTERM', remainingMs: 1 });
    await new Promise<void>((resolve) => {
      const look = (): void =>
        void server.getConnections((_error, count) => (count === 0 ? resolve() : setImmediate(look)));
      look();
    });
    expect(timeline.events.filter((event) => event.type === 'idle-timeout-known')).toHaveLength(1);
    stop();
  });
});
