import { EventSource } from 'eventsource';
import { until } from '../support/event-loop.js';
import { HttpClient } from '../support/http-client.js';
import { KINDS } from '../support/program-kinds.js';
import { type Program, startProgram } from '../support/program.js';
import { reportOf } from '../support/service.js';
import { killAfterTest } from '../support/started-programs.js';
import { TcpRouter } from '../support/tcp-router.js';

/** What an `EventSource` is told, and what happens to it. */
interface Follower {
  readonly news: string[];
  /** Whenever it has lost its connection: whether it will come back. */
  readonly losses: boolean[];
}

async function follow(url: string): Promise<Follower> {
  const follower: Follower = { news: [], losses: [] };
  const source = new EventSource(`${url}/news`);
  killAfterTest({ kill: async () => source.close() });
  source.addEventListener('message', ({ data }) => follower.news.push(String(data)));
  source.addEventListener('error', () => follower.losses.push(source.readyState === EventSource.CONNECTING));
  await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
  return follower;
}

function publish(instances: readonly Program[], ...ids: readonly string[]): void {
  for (const id of ids) for (const instance of instances) instance.send({ publish: id });
}

const news = (...ids: readonly string[]): string[] => ids.map((id) => `news ${id}`);

/** Soon, and longer than an idle connection lingers. */
const options = { longLived: { retry: { min: '600ms', max: '900ms' } } } as const;

describe.each(KINDS)('an EventSource during a rolling update on Nest %i with %s', (nest, kind) => {
  const start = (): Program =>
    startProgram('topic', { nest, ipc: true, env: { ADAPTER: kind, OPTIONS: JSON.stringify(options) } });

  it('comes back to the other instance, and misses nothing', async () => {
    const [first, second] = [start(), start()];
    const router = await TcpRouter.start(await first.url());
    const target = await second.url();
    const follower = await follow(router.url);
    publish([first, second], 'a1', 'a2');
    await until('the first news is told', () => follower.news.length === 2);
    // The first one goes on serving somebody else.
    const slow = new HttpClient(await first.url()).request({ path: '/slow' });
    await first.waitForLine(/^slow$/);

    router.target = target;
    first.signal('SIGTERM');
    await first.waitForLine(/unfollowed/);
    publish([first, second], 'a3', 'a4');
    await second.waitForLine(/following from a2/);
    publish([first, second], 'a5');
    await until('all news is told', () => follower.news.length >= 5);
    expect(follower).toEqual({ news: news('a1', 'a2', 'a3', 'a4', 'a5'), losses: [true] });
    first.send('slow');
    expect(await slow).toMatchObject({ outcome: 'ok' });
    const exit = await first.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.output.match(/following from/g)).toHaveLength(1);
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });

  it('that has been told nothing yet comes back, too', async () => {
    const [first, second] = [start(), start()];
    const router = await TcpRouter.start(await first.url());
    const target = await second.url();
    const follower = await follow(router.url);
    router.target = target;
    first.signal('SIGTERM');
    expect(await first.exit).toMatchObject({ code: 0 });
    // Without an id of ours.
    await second.waitForLine(/following from now/);
    publish([second], 'a1');
    await until('the first news is told', () => follower.news.length > 0);
    expect(follower).toEqual({ news: news('a1'), losses: [true] });
  });

  it('among many comes back, and so does everybody else', async () => {
    const [first, second] = [start(), start()];
    const router = await TcpRouter.start(await first.url());
    const target = await second.url();
    const followers = await Promise.all(Array.from({ length: 30 }, () => follow(router.url)));
    publish([first, second], 'a1');
    await until('all are told', () => followers.every((follower) => follower.news.length === 1));
    router.target = target;
    first.signal('SIGTERM');
    const exit = await first.exit;
    publish([second], 'a2');
    await until('all are told', () => followers.every((follower) => follower.news.length === 2));
    for (const follower of followers) expect(follower).toEqual({ news: news('a1', 'a2'), losses: [true] });
    expect(exit.output.match(/following from/g)).toHaveLength(30);
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', requests: { drained: 30, interrupted: [] } });
  });
});
