import { type Ledger } from '../ledger/ledger.js';
import { ENOUGH_FAILURES } from '../verdict/faults/never-answered.js';

/** The load or the service is wrong from the beginning: an update would show nothing of it. */
export function isAnsweredNothing({ counts, lost }: Pick<Ledger, 'counts' | 'lost'>): boolean {
  return lost >= ENOUGH_FAILURES && counts.answered === 0 && counts['told-to-go'] === 0;
}
