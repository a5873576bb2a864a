import { type Attempt, type Fate } from './request-record.js';

/**
 * The fate of a request that went through a balancer which only sees connections. The balancer has accepted the client's connection
 * whatever the pod does, so a client sees a reset where the pod refused or where there was no pod, and silence where nothing accepted
 * the connection; the balancer knows better.
 */
export function trueFate(fate: Fate, attempts: readonly Attempt[]): Fate {
  const last = attempts.at(-1);
  if (fate === 'reset' && (last === undefined || last.connect === 'refused')) return 'refused';
  if (fate === 'timeout' && last?.connect === 'black-hole') return 'black-hole';
  return fate;
}
