// Usage: npm run bench:balancers [-- --mode request|connection] [-- --seeds 5] [-- SERVICE…]
// Rolls services that stop in different ways under the same load through the balancer of a rehearsal and, at the same moments, through a real
// HAProxy and a real nginx. Writes bench/results/balancers-<mode>.md once all have been played, without the rounds of which the machine was too busy to send
// the load: it then exits 1; `npm run docs:bench` copies it into the documents.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { figuresText } from './figures.js';
import { playRound } from './round.js';
import { ROWS } from './services.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '3' }, mode: { type: 'string' } },
});
const seeds = Number(values.seeds);
const modes = /** @type {const} */ (['request', 'connection']).filter((mode) => (values.mode ?? mode) === mode);
const names = new Set(ROWS.map(({ name }) => name));
if (positionals.some((name) => !names.has(name)) || modes.length === 0 || !Number.isInteger(seeds) || seeds < 1) {
  const usage = 'Usage: npm run bench:balancers [-- --mode request|connection] [-- --seeds 5] [-- SERVICE…]';
  console.error(`${usage}, with the services ${[...names].join(', ')}`);
  process.exit(2);
}

/** A machine that is busy sends less than the load says, and then less is lost. */
const LEAST_SHARE = 0.85;
const MOST_TRIES = 5;

/**
 * A round that counts, or `undefined` where the machine never sent enough.
 * @param {import('./services.js').Row} row
 * @param {import('./round.js').Mode} mode
 * @param {number} seed
 */
async function play({ says, ...row }, mode, seed) {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const round = await playRound({ ...row, mode, seed });
    const share = Math.min(...Object.values(round.losses).map((loss) => loss.share));
    const lost = Object.entries(round.losses).map(
      ([name, { lost, byFate }]) => `${name} ${lost} ${JSON.stringify(byFate)}`,
    );
    const traffic = `${Math.round(round.traffic * 100)} % to a stopping pod`;
    const excuse = share < LEAST_SHARE ? `; not counted: only ${Math.round(share * 100)} % of the load was sent` : '';
    console.log(`${says} (${mode}), seed ${seed}: ${lost.join(', ')}; ${round.stops} stops, ${traffic}${excuse}`);
    if (share >= LEAST_SHARE) return round;
  }
  console.error(`the machine is too busy: ${MOST_TRIES} times less than ${LEAST_SHARE * 100} % of the load was sent`);
  process.exitCode = 1;
  return undefined;
}

/**
 * @param {import('./services.js').Row} row
 * @param {import('./round.js').Mode} mode
 */
async function roundsOf(row, mode) {
  /** @type {import('./round.js').Round[]} */
  const rounds = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const round = await play(row, mode, seed);
    if (round !== undefined) rounds.push(round);
  }
  return rounds;
}

for (const mode of modes) {
  /** @type {[string, import('./round.js').Round[]][]} */
  const rows = [];
  const chosen = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  for (const row of chosen.filter((row) => (row.mode ?? mode) === mode)) {
    const rounds = await roundsOf(row, mode);
    if (rounds.length > 0) rows.push([row.says, rounds]);
  }
  const text = figuresText(mode, rows);
  console.log(text);
  if (positionals.length === 0) {
    const results = join(dirname(fileURLToPath(import.meta.url)), '../results');
    mkdirSync(results, { recursive: true });
    writeFileSync(join(results, `balancers-${mode}.md`), text);
  }
}
