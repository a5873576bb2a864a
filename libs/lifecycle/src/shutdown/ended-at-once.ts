import { type ShutdownSequence } from './shutdown-sequence.js';

/** Whether the process ends as soon as the report is written, whatever still runs. */
export function isEndedAtOnce({ endsProcess, report }: Pick<ShutdownSequence, 'endsProcess' | 'report'>): boolean {
  return endsProcess && report?.outcome === 'forced';
}
