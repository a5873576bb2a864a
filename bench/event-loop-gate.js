// What measuring the event loop costs, for docs/health-monitor.md. Run it by hand: `node bench/event-loop-gate.js`.
// Two kinds of seconds, in turns: with the histogram of Node as the gate has it, and without. It prints the CPU time of an idle process,
// and the time of a fixed amount of work whose turns of the event loop are as many as those of a busy service.
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';

const RESOLUTION_MS = 20;
const ROUNDS = 10;
const TURNS = 20_000;
const IDLE_MS = 1000;

/** @param {() => Promise<void>} work */
async function measured(work) {
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return user + system;
}

async function idle() {
  await setTimeout(IDLE_MS);
}

async function busy() {
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
}

/** @param {readonly number[]} values */
function medianOf(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** @typedef {{ readonly off: number[], readonly on: number[] }} Found */
/** @type {readonly { readonly name: string, readonly work: () => Promise<void>, readonly found: Found }[]} */
const KINDS = [
  { name: 'idle', work: idle, found: { off: [], on: [] } },
  { name: 'busy', work: busy, found: { off: [], on: [] } },
];
/** @type {number[]} */
const readings = [];
await busy();
for (let round = 0; round < ROUNDS; round += 1) {
  for (const { work, found } of KINDS) {
    found.off.push(await measured(work));
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    found.on.push(await measured(work));
    const startedAt = performance.now();
    performance.eventLoopUtilization();
    void histogram.mean;
    histogram.reset();
    readings.push((performance.now() - startedAt) * 1000);
    histogram.disable();
  }
}
for (const { name, found } of KINDS) {
  console.log(`${name}: ${medianOf(found.off)} µs of CPU without, ${medianOf(found.on)} µs with; medians of ${ROUNDS}`);
}
console.log(`one reading: ${medianOf(readings)?.toFixed(1)} µs`);
