import type { GracefulShutdownOptions } from 'nestjs-lifecycle';
import { fixedPorts } from '../support/fixed-ports.js';
import { Haproxy, haproxyInstalled } from '../support/haproxy.js';
import { HttpLoad } from '../support/http-load.js';
import { itNeeds } from '../support/machine.js';
import { mixedRequest } from '../support/mixed-requests.js';
import { type Place, Replicas } from '../support/replicas.js';
import { killAfterTest } from '../support/started-programs.js';

/** Restarts of each replica. `npm run test:restarts` asks for fifty. */
const rounds = Number(process.env['RESTARTS'] ?? 2);
const TIME_MS = Math.max(120_000, rounds * 40_000);
/** HAProxy takes a server out after this many failed checks, a tenth of a second apart. */
const fall = 3;

describe('rolling restarts of two replicas under load, behind a HAProxy that never retries, lose nothing', () => {
  itNeeds(
    haproxyInstalled,
    'with a fixed lame duck (Nest 12, Express, new replica first)',
    async () => {
      // About four times what HAProxy needs at most, for a machine that is busy.
      const service = await serviceBehindHaproxy({ nest: 12, adapter: 'express', options: { lameDuck: '1500ms' } });
      await replaceInTurn(service);
      await expectNothingLost(service);
    },
    TIME_MS,
  );

  itNeeds(
    haproxyInstalled,
    'with a fixed lame duck (Nest 11, Fastify, on the same ports)',
    async () => {
      const service = await serviceBehindHaproxy({ nest: 11, adapter: 'fastify', options: { lameDuck: '1500ms' } });
      await restartInTurn(service);
      await expectNothingLost(service);
    },
    TIME_MS,
  );

  itNeeds(
    haproxyInstalled,
    'with a lame duck until traffic has gone (Nest 12, Fastify, on the same ports)',
    async () => {
      const lameDuck = { min: '300ms', max: '20s', quiet: '500ms' } as const;
      const service = await serviceBehindHaproxy({ nest: 12, adapter: 'fastify', options: { lameDuck } });
      await restartInTurn(service);
      await expectNothingLost(service);
    },
    TIME_MS,
  );

  itNeeds(
    haproxyInstalled,
    'with a lame duck until checks have failed (Nest 11, Express, new replica first)',
    async () => {
      const lameDuck = { max: '20s', untilProbesFailed: fall + 3 } as const;
      const service = await serviceBehindHaproxy({ nest: 11, adapter: 'express', options: { lameDuck } });
      await replaceInTurn(service);
      await expectNothingLost(service);
    },
    TIME_MS,
  );
});

describe('a restart behind HAProxy', () => {
  itNeeds(haproxyInstalled, 'loses requests when readiness does not turn and nobody waits', async () => {
    const options = { lameDuck: 0, readiness: { onShutdown: 'pass' } } as const;
    // Checks that fail for longer than the test takes: HAProxy has only readiness to go by.
    const service = await serviceBehindHaproxy({ nest: 12, adapter: 'express', options, fall: 1000 });
    const { replicas, load, places } = service;
    replicas.terminate(places[0]);
    await replicas.ended(places[0]);
    await load.answered(load.ledger.total + 100);
    const { total, counts } = await load.stop();
    expect(counts['http-503']).toBeGreaterThan(0);
    expect((counts.ok ?? 0) + (counts['http-503'] ?? 0)).toBe(total);
    expect(service.proxy.failures).toContainEqual(expect.stringMatching(/ service\/a .* 503 .* SC-- /));
  });
});

interface ServiceOptions {
  nest: 11 | 12;
  adapter: 'express' | 'fastify';
  options: GracefulShutdownOptions;
  fall?: number;
}

interface Service {
  /** Replicas run at the first two of them. */
  places: readonly [Place, Place, Place];
  replicas: Replicas;
  proxy: Haproxy;
  load: HttpLoad;
}

/** Two replicas behind HAProxy, under load. */
async function serviceBehindHaproxy({
  nest,
  adapter,
  options,
  fall: failures = fall,
}: ServiceOptions): Promise<Service> {
  const [a = 0, b = 0, c = 0] = await fixedPorts(3);
  const places = [
    { name: 'a', port: a, adapter },
    { name: 'b', port: b, adapter },
    { name: 'c', port: c, adapter },
  ] as const;
  const replicas = new Replicas({ nest, options });
  await Promise.all([replicas.start(places[0]), replicas.start(places[1])]);
  const proxy = await Haproxy.start({ servers: places, fall: failures });
  // HAProxy takes a server for up until it has checked it.
  await proxy.until({ a: 'UP', b: 'UP', c: 'DOWN' });
  const load = new HttpLoad({ url: proxy.url, clients: 20, pauseMs: 10, request: mixedRequest });
  killAfterTest({ kill: async () => void load.stop() });
  await load.answered(100);
  return { places, replicas, proxy, load };
}

/** As a rolling update does: a new replica is ready before an old one is told to stop. */
async function replaceInTurn({ places, replicas, proxy, load }: Service): Promise<void> {
  let [old, other, free]: readonly Place[] = places;
  for (let restart = 0; restart < 2 * rounds; restart += 1) {
    if (old === undefined || other === undefined || free === undefined) throw new Error('three places are needed');
    await proxy.until({ [free.name]: 'DOWN' });
    await replicas.start(free);
    await proxy.until({ [free.name]: 'UP' });
    await load.answered(load.ledger.total + 50);
    replicas.terminate(old);
    await proxy.until({ [old.name]: 'DOWN' });
    await replicas.ended(old);
    [old, other, free] = [other, free, old];
  }
  await load.answered(load.ledger.total + 50);
}

/** As on a machine without a port to spare: the other replica serves alone in between. */
async function restartInTurn({ places: [a, b], replicas, proxy, load }: Service): Promise<void> {
  for (const place of Array.from({ length: rounds }, () => [a, b]).flat()) {
    replicas.terminate(place);
    await proxy.until({ [place.name]: 'DOWN' });
    await replicas.ended(place);
    await replicas.start(place);
    await proxy.until({ [place.name]: 'UP' });
    await load.answered(load.ledger.total + 50);
  }
}

/** Every request was answered 200 and handled once, by replicas of which each had its share and ended clean. */
async function expectNothingLost({ replicas, proxy, load }: Service): Promise<void> {
  const { total, counts, notOk } = await load.stop();
  await replicas.stop();
  // With HAProxy's own account of why.
  expect({ lost: notOk.map(({ outcome }) => outcome), failures: proxy.failures }).toEqual({ lost: [], failures: [] });
  expect(counts).toEqual({ ok: total });
  expect(replicas.handled).toBe(total);
  expect(replicas.ends).toHaveLength(2 * rounds + 2);
  expect(replicas.ends.filter(({ code, outcome }) => code !== 0 || outcome !== 'clean')).toEqual([]);
  expect(replicas.ends.filter(({ handled }) => handled === 0)).toEqual([]);
}
