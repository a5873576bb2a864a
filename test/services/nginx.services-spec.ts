import { fixedPorts } from '../support/fixed-ports.js';
import { HttpLoad, type Ledger } from '../support/http-load.js';
import { itNeeds } from '../support/machine.js';
import { mixedRequest } from '../support/mixed-requests.js';
import { isRefusal, Nginx, nginxInstalled } from '../support/nginx.js';
import { AnsweringReplicas, type Place, type ReplicaEnd, Replicas } from '../support/replicas.js';
import { killAfterTest } from '../support/started-programs.js';

/** Restarts of each replica. Each takes the ten seconds after which nginx tries a server again. */
const rounds = 2;

interface Rollout {
  /** What the clients saw where nginx passes failed requests on, as it does by default, and where it does not. */
  passedOn: Ledger;
  notPassedOn: Ledger;
  /** Nginx's own account of why a server failed. */
  errors: string[];
  ends: readonly ReplicaEnd[];
  handled: number;
}

const rollouts = new Map<11 | 12, Rollout>();

// Both at the same time, because most of it is waiting for nginx.
beforeAll(async () => {
  if (!nginxInstalled.isAvailable) return;
  const [on12, on11] = await Promise.all([rollOut(12), rollOut(11)]);
  rollouts.set(12, on12).set(11, on11);
});

describe.each([12, 11] as const)('rolling restarts of two replicas under load, behind nginx, on Nest %i', (nest) => {
  itNeeds(nginxInstalled, 'lose nothing with its default proxy_next_upstream', async () => {
    const { passedOn, errors } = rolloutOn(nest);
    expect({ lost: passedOn.notOk.map(({ outcome }) => outcome), errors: otherThanRefusals(errors) }).toEqual({
      lost: [],
      errors: [],
    });
    expect(passedOn.counts).toEqual({ ok: passedOn.total });
  });

  itNeeds(nginxInstalled, 'lose at most the request that teaches it with proxy_next_upstream off', async () => {
    const { notPassedOn, errors } = rolloutOn(nest);
    const lost = notPassedOn.total - (notPassedOn.counts.ok ?? 0);
    expect({ isBounded: lost <= 2 * rounds, lost, errors }).toMatchObject({ isBounded: true });
    expect(notPassedOn.counts).toEqual({ ok: notPassedOn.total - lost, 'http-502': lost });
  });

  itNeeds(nginxInstalled, 'teach it by a refusal, never by a connection that the service has closed', async () => {
    const { errors } = rolloutOn(nest);
    expect(otherThanRefusals(errors)).toEqual([]);
    expect(errors.length).toBeGreaterThanOrEqual(2 * rounds);
  });

  itNeeds(nginxInstalled, 'handle each request once, and end clean', async () => {
    const { passedOn, notPassedOn, ends, handled } = rolloutOn(nest);
    expect(handled).toBe((passedOn.counts.ok ?? 0) + (notPassedOn.counts.ok ?? 0));
    expect(ends).toHaveLength(2 * rounds + 2);
    expect(ends.filter(({ code, outcome }) => code !== 0 || outcome !== 'clean')).toEqual([]);
    expect(ends.filter((end) => end.handled === 0)).toEqual([]);
  });
});

/** One replica on Express, one on Fastify; each is restarted on its port while the other serves. */
async function rollOut(nest: 11 | 12): Promise<Rollout> {
  const [first = 0, second = 0] = await fixedPorts(2);
  const places: readonly Place[] = [
    { name: 'express', port: first, adapter: 'express' },
    { name: 'fastify', port: second, adapter: 'fastify' },
  ];
  // nginx does not look at readiness; this is for the connections it keeps, which end with their next answer.
  const replicas = new Replicas({ nest, options: { lameDuck: '1s' } });
  await Promise.all(places.map((place) => replicas.start(place)));
  const nginx = await Nginx.start(places);
  const doors = [
    loadOn(nginx.url, 4),
    // One client: those who ask at the same moment learn at the same moment.
    loadOn(nginx.notRetryingUrl, 1),
  ] as const;
  for (const place of Array.from({ length: rounds }, () => places).flat()) {
    replicas.terminate(place);
    await replicas.ended(place);
    await goOn(doors);
    const name = await replicas.start(place);
    // Until then a restart of the other one would leave nobody.
    await Promise.all(doors.map(({ replicas }) => replicas.answered(name)));
    await goOn(doors);
  }
  const [passedOn, notPassedOn] = await Promise.all([doors[0].load.stop(), doors[1].load.stop()]);
  await replicas.stop();
  return { passedOn, notPassedOn, errors: nginx.errors, ends: replicas.ends, handled: replicas.handled };
}

interface Door {
  load: HttpLoad;
  replicas: AnsweringReplicas;
}

function loadOn(url: string, clients: number): Door {
  const replicas = new AnsweringReplicas();
  const load = new HttpLoad({ url, clients, pauseMs: 20, request: mixedRequest, onAnswer: replicas.note });
  killAfterTest({ kill: async () => void load.stop() });
  return { load, replicas };
}

async function goOn(doors: readonly Door[]): Promise<void> {
  await Promise.all(doors.map(({ load }) => load.answered(load.ledger.total + 20)));
}

function otherThanRefusals(errors: readonly string[]): string[] {
  return errors.filter((line) => !isRefusal(line));
}

function rolloutOn(nest: 11 | 12): Rollout {
  const rollout = rollouts.get(nest);
  if (rollout === undefined) throw new Error(`the replicas on Nest ${nest} were not restarted`);
  return rollout;
}
