// Usage: npm run bench:rehearsed [-- SERVICE…] [-- --seeds 5]
// Rehearses ten services, each with several seeds, and puts what they lost beside what services of the same kinds lost on a real cluster.
// Writes bench/results/rehearsed.md once all have been played; `npm run docs:bench` copies it into the documents.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { playRehearsal } from 'nestjs-lifecycle-rollout';
import { figuresText } from './figures.js';
import { REAL } from './real-figures.js';

const here = dirname(fileURLToPath(import.meta.url));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '3' } },
});
const seeds = Number(values.seeds);
const unknown = positionals.filter((name) => REAL[name] === undefined);
if (unknown.length > 0 || !Number.isInteger(seeds) || seeds < 1) {
  console.error(
    `Usage: npm run bench:rehearsed [-- --seeds 5] [SERVICE…], with the services ${Object.keys(REAL).join(', ')}`,
  );
  process.exit(2);
}

/** The manifest and the load of the real cluster, as far as they were told. */
const ROLLOUT = {
  command: ['node', join(here, 'service.js')],
  replicas: 3,
  maxSurge: 1,
  maxUnavailable: 0,
  readiness: { path: '/ready', period: '1s' },
  liveness: /** @type {const} */ (false),
  nodes: 2,
  endpointLag: 'cluster-ip',
  requests: ['GET /quick x2', 'GET /slow'],
  rate: 100,
  clients: 0,
  keepAliveShare: 0.5,
  keepAliveConnections: 16,
};

/** A machine that is busy sends less than the load says, and then less is lost. */
const LEAST_SHARE = 0.9;
const MOST_TRIES = 5;

/**
 * @param {string} service
 * @param {number} seed
 * @returns {Promise<import('./figures.js').PlayedRun>}
 */
async function play(service, seed) {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const { verdict, records } = await playRehearsal({ ...ROLLOUT, env: { SERVICE: service, NO_COLOR: '1' }, seed });
    if (verdict.update !== 'complete') throw new Error(`${service}, seed ${seed}: the update is ${verdict.update}`);
    const { sent, lost, byFate } = verdict.requests;
    const times = records.map(({ sentAt }) => sentAt);
    const share = (sent * 1000) / (Math.max(...times) - Math.min(...times)) / ROLLOUT.rate;
    const isValid = share >= LEAST_SHARE;
    const what = `${service}, seed ${seed}: ${lost} of ${sent} lost, ${JSON.stringify(byFate)}`;
    console.log(`${what}${isValid ? '' : `; not counted: only ${Math.round(share * 100)} % of the load was sent`}`);
    if (isValid) return { seed, sent, lost, byFate };
  }
  throw new Error(`the machine is too busy: ${MOST_TRIES} times less than ${LEAST_SHARE * 100} % of the load was sent`);
}

/** @type {Record<string, import('./figures.js').PlayedRun[]>} */
const played = {};
for (const service of positionals.length === 0 ? Object.keys(REAL) : positionals) {
  /** @type {import('./figures.js').PlayedRun[]} */
  const runs = [];
  for (let seed = 1; seed <= seeds; seed += 1) runs.push(await play(service, seed));
  played[service] = runs;
}
const text = figuresText(played);
console.log(text);
if (positionals.length === 0) {
  mkdirSync(join(here, '../results'), { recursive: true });
  writeFileSync(join(here, '../results/rehearsed.md'), text);
}
