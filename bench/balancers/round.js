import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Ledger, playRehearsal } from 'nestjs-lifecycle-rollout';
import { Load, onLoopback, Random, systemClock } from './internals.js';
import { startHaproxy, startNginx } from './proxies.js';
import { trafficOfStopping } from './traffic-of-stopping.js';

/**
 * What one balancer lost in one rolling update.
 * @typedef {object} Loss
 * @property {number} sent
 * @property {number} share of what the load should have sent
 * @property {number} lost
 * @property {Readonly<Record<string, number>>} byFate of those that are lost
 */

/**
 * @typedef {object} Round
 * @property {number} stops pods that were stopped
 * @property {number} traffic the share of new requests that go to a pod while it stops and its balancers do not know
 * @property {Readonly<Record<string, Loss>>} losses by the name of the balancer; the rehearsal's own is `rehearsed`
 */

/** @typedef {'request' | 'connection'} Mode */

const RATE = 50;
const service = join(dirname(fileURLToPath(import.meta.url)), '../rehearsed/service.js');

/**
 * The balancers of each mode get their lists as late as those of the kind do: ingress controllers, and kube-proxy.
 * A pod's port of this machine refuses for ever once it has gone, so it does in the rehearsal too.
 */
const ROLLOUT = {
  command: ['node', service],
  replicas: 2,
  maxSurge: 1,
  maxUnavailable: 0,
  readiness: { path: '/ready', period: '1s' },
  liveness: /** @type {const} */ (false),
  podNetwork: /** @type {const} */ ('shared'),
  nodes: 1,
  gracePeriod: '12s',
  refusedFor: '600s',
  requests: ['GET /quick x2', 'GET /slow'],
  rate: RATE,
  clients: 0,
  keepAliveShare: 0.5,
  keepAliveConnections: 16,
  requestTimeout: '2s',
  warmUp: '3s',
  coolDown: '8s',
};

/** After the last pod has gone the balancers may still believe in it, for as long as their lists are late; slow requests end before the cool-down does. */
const GOES_ON_MS = 7000;

const LAGS = { request: 'ingress', connection: 'cluster-ip' };

/**
 * Rolls a service once, under the load of the rehearsal and, at the same time, under the same load through real balancers.
 * @param {object} play
 * @param {string} play.name
 * @param {Mode} play.mode
 * @param {number} play.seed
 * @param {Partial<import('nestjs-lifecycle-rollout').RehearsalOptions>} [play.options]
 * @param {import('./proxies.js').Settings} [play.settings]
 * @returns {Promise<Round>}
 */
export async function playRound({ name, mode, seed, options = {}, settings = {} }) {
  const started = mode === 'request' ? [startHaproxy('http', settings), startNginx(settings)] : [startHaproxy('tcp')];
  const proxies = await Promise.all(started);
  try {
    /** @type {BesideRehearsal | undefined} */
    let beside;
    const { verdict, events, records } = await playRehearsal(
      {
        ...{ ...ROLLOUT, balancer: mode, endpointLag: LAGS[mode], ...options },
        ...{ env: { SERVICE: name, NO_COLOR: '1' }, seed },
      },
      { onBegin: (stage) => (beside = new BesideRehearsal(stage, proxies)) },
    );
    if (verdict.update !== 'complete') throw new Error(`${name}, seed ${seed}: the update is ${verdict.update}`);
    if (beside === undefined) throw new Error('the rehearsal did not begin');
    const others = await beside.ended();
    const { stoppedAt } = beside;
    // The clients of the rehearsal go on a little longer.
    const own = records.filter(({ sentAt }) => sentAt < stoppedAt);
    return {
      stops: events.filter(({ type }) => type === 'pod-deleted').length,
      traffic: trafficOfStopping(events),
      losses: { rehearsed: lossOf(own), ...Object.fromEntries(others.map((one) => [one.name, lossOf(one.records)])) },
    };
  } finally {
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }
}

/** Clients of real balancers, whose servers change when the node of the rehearsal learns of a change. */
class BesideRehearsal {
  #ports = new Map();
  /** @type {Promise<void>} */
  #changed = Promise.resolve();
  #isStarted = false;
  #isUpdated = false;
  /** @type {Set<string>} */
  #stopping = new Set();
  /** @type {Promise<void> | undefined} */
  #stopped;
  /** When the clients stopped, in milliseconds of the rehearsal. */
  stoppedAt = Infinity;

  /**
   * @param {Parameters<NonNullable<import('nestjs-lifecycle-rollout').RehearsalWatch['onBegin']>>[0]} stage
   * @param {readonly import('./proxies.js').Proxy[]} proxies
   */
  constructor({ scenario, timeline }, proxies) {
    this.proxies = proxies;
    this.timeline = timeline;
    this.clients = proxies.map((proxy) => {
      const ledger = new Ledger();
      const load = new Load(scenario.load, {
        address: onLoopback(proxy.port),
        clock: systemClock,
        random: new Random(scenario.seed),
        sinceStart: () => timeline.now(),
        requestTimeoutMs: scenario.timing.requestTimeoutMs,
        ledger,
      });
      return { name: proxy.name, ledger, load };
    });
    timeline.read((event) => this.#follow(event));
  }

  /** Resolves with what became of the requests, in the order of the proxies. */
  async ended() {
    await this.#changed;
    if (this.#stopped === undefined) throw new Error('the pods did not go');
    await this.#stopped;
    return this.clients.map(({ name, ledger }) => ({ name, records: ledger.records }));
  }

  /** @param {import('nestjs-lifecycle-rollout').RolloutEvent} event */
  #follow(event) {
    if (event.type === 'container-started') this.#ports.set(event.pod, event.ports['http']);
    else if (event.type === 'node-learned') this.#learn(event.pods);
    else if (event.type === 'pod-deleted') this.#stopping.add(event.pod);
    else if (event.type === 'update-ended') this.#isUpdated = true;
    else if (event.type === 'pod-gone') this.#stopping.delete(event.pod);
    else return;
    if (this.#isUpdated && this.#stopping.size === 0) this.#stopped ??= this.#stop();
  }

  /** @param {readonly string[]} pods */
  #learn(pods) {
    const ports = pods.map((pod) => this.#ports.get(pod));
    const told = Promise.all(this.proxies.map((proxy) => proxy.setServers(ports)));
    this.#changed = this.#changed.then(() => told).then(() => this.#start());
    // `ended` says it; until then it is no rejection that was overlooked.
    this.#changed.catch(() => undefined);
  }

  #start() {
    if (this.#isStarted) return;
    this.#isStarted = true;
    for (const { load } of this.clients) load.start();
  }

  async #stop() {
    await setTimeout(GOES_ON_MS);
    this.stoppedAt = this.timeline.now();
    await Promise.all(this.clients.map(({ load }) => load.stop()));
  }
}

/**
 * @param {readonly import('nestjs-lifecycle-rollout').RequestRecord[]} records
 * @returns {Loss}
 */
function lossOf(records) {
  const times = records.map(({ sentAt }) => sentAt);
  /** @type {Record<string, number>} */
  const byFate = {};
  for (const { fate } of records) {
    if (fate !== 'answered') byFate[fate] = (byFate[fate] ?? 0) + 1;
  }
  return {
    sent: records.length,
    share: (records.length * 1000) / (Math.max(...times) - Math.min(...times)) / RATE,
    lost: Object.values(byFate).reduce((sum, count) => sum + count, 0),
    byFate,
  };
}
