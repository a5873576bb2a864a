import { formatDuration } from '../deadline/duration.js';
import { type Lines } from './line.js';

/** How the events of the drain, and of the sources of work in it, read. */
export const SOURCE_LINES: Pick<
  Lines,
  'source-stopped' | 'source-drained' | 'source-interrupted' | 'drain-ended' | 'request-refused'
> = {
  'source-stopped': ({ source }) => ({
    level: 'debug',
    text: `${source}: no more work is taken in`,
    fields: { source },
  }),
  'source-drained': ({ source, drained, durationMs }) => ({
    level: 'debug',
    text: `${source}: nothing in flight after ${formatDuration(durationMs)}, ${drained} drained`,
    fields: { source, drained, durationMs },
  }),
  'source-interrupted': ({ source, drained, interrupted, durationMs }) => ({
    level: 'debug',
    text: `${source}: ${interrupted} interrupted after ${formatDuration(durationMs)}, ${drained} drained`,
    fields: { source, drained, interrupted, durationMs },
  }),
  'drain-ended': ({ drained, interrupted, durationMs }) => ({
    level: 'log',
    text: `drain over after ${formatDuration(durationMs)}: ${drained} drained, ${interrupted} interrupted`,
    fields: { drained, interrupted, durationMs },
  }),
  // There may be thousands: the first, the tenth, the hundredth.
  'request-refused': ({ kind, name, count }) =>
    Number.isInteger(Math.log10(count))
      ? { level: 'debug', text: `refused a ${kind}: ${name}, ${count} so far`, fields: { kind, name, count } }
      : undefined,
};
