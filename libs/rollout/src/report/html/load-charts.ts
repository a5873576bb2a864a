import { type Markup } from 'nestjs-lifecycle-shared';
import { readyOverTime } from '../../verdict/smallest-ready.js';
import { type Rehearsal } from '../../verdict/verdict.js';
import { time } from '../../verdict/wording.js';
import { inFlightOverTime, latencyOverTime, slowest } from '../load-over-time.js';
import { type LineChart, lineChart } from './line-chart.js';
import { type TimeAxis } from './time-axis.js';

/** How many slices a chart has. */
const SLICES = 160;
const COARSE_SLICES = 60;
const OUTLIERS = 30;

/** Every chart of a run; `beside` another one, both have the same scales. */
export function loadCharts(run: Rehearsal, axis: TimeAxis, beside?: Rehearsal): Markup[] {
  return [readyChart, inFlightChart, latencyChart].map((chart) => lineChart(axis, chart(run), beside && chart(beside)));
}

/** Endpoints that were ready and served. */
function readyChart({ events, verdict }: Rehearsal): LineChart {
  const points = readyOverTime(events).map(({ at, count }) => ({ at, value: count }));
  const lines = [{ name: 'ready endpoints that serve', look: 'ready-line', points, steps: true, area: true }];
  return { title: 'Ready endpoints', lines, height: 70, label: String, end: verdict.durationMs };
}

/** Requests that had been sent and not ended. */
function inFlightChart({ records, verdict }: Rehearsal): LineChart {
  const points = inFlightOverTime(records, verdict.durationMs, SLICES);
  const lines = [{ name: 'requests in flight', look: 'flight-line', points, area: true }];
  return { title: 'Requests in flight', lines, height: 90, label: String };
}

/** How long answers took. */
function latencyChart({ records, verdict }: Rehearsal): LineChart {
  const slices = latencyOverTime(records, verdict.durationMs, COARSE_SLICES);
  const dots = slowest(records, OUTLIERS).map(({ sentAt, endedAt, kind, id }) => ({
    at: sentAt,
    value: endedAt - sentAt,
    text: `${kind} (request ${id}): ${time(endedAt - sentAt)}, sent at ${time(sentAt)}`,
  }));
  const lines = [
    { name: 'p99', look: 'p99-line', points: slices.map(({ at, p99 }) => ({ at, value: p99 })) },
    { name: 'p50', look: 'p50-line', points: slices.map(({ at, p50 }) => ({ at, value: p50 })) },
  ];
  return {
    title: 'Latency of answers',
    lines,
    isLogarithmic: true,
    dots,
    label: (value) => (value === 0 ? '0' : time(value)),
  };
}
