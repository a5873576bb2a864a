import { type Markup } from 'nestjs-lifecycle-shared';
import { readyOverTime } from '../../verdict/smallest-ready.js';
import { type Rehearsal } from '../../verdict/verdict.js';
import { time } from '../../verdict/wording.js';
import { inFlightOverTime, latencyOverTime, slowest } from '../load-over-time.js';
import { lineChart } from './line-chart.js';
import { type TimeAxis } from './time-axis.js';

/** How many slices a chart has. */
const SLICES = 160;
const COARSE_SLICES = 60;
const OUTLIERS = 30;

/** Endpoints that were ready and served. */
export function readyChart({ events }: Rehearsal, axis: TimeAxis): Markup {
  const points = readyOverTime(events).map(({ at, count }) => ({ at, value: count }));
  const lines = [{ name: 'ready endpoints that serve', look: 'ready-line', points, steps: true, area: true }];
  return lineChart(axis, { title: 'Ready endpoints', lines, height: 70, label: String });
}

/** Requests that had been sent and not ended. */
export function inFlightChart({ records, verdict }: Rehearsal, axis: TimeAxis): Markup {
  const points = inFlightOverTime(records, verdict.durationMs, SLICES);
  const lines = [{ name: 'requests in flight', look: 'flight-line', points, area: true }];
  return lineChart(axis, { title: 'Requests in flight', lines, height: 90, label: String });
}

/** How long answers took. */
export function latencyChart({ records, verdict }: Rehearsal, axis: TimeAxis): Markup {
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
  return lineChart(axis, {
    title: 'Latency of answers',
    lines,
    isLogarithmic: true,
    dots,
    label: (value) => (value === 0 ? '0' : time(value)),
  });
}
