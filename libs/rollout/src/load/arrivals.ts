import { type LoadPlan, type RequestKind } from './load-plan.js';
import { type RandomStream } from '../random/random.js';

/** One request of the open loop: when it comes, what is asked, and by whom. */
export interface Arrival {
  /** From the start of the load. */
  readonly atMs: number;
  readonly kind: RequestKind;
  /** Which kind of client asks; of HTTP/1.1 only. */
  readonly client: 'keep-alive' | 'fresh';
}

/**
 * The schedule of the open loop, without end. Each arrival takes the same number of draws whatever becomes of the others, so that
 * the same seed plays the same schedule on any machine.
 */
export function* arrivals(plan: LoadPlan, random: RandomStream): Iterable<Arrival> {
  const weights = plan.kinds.map(({ weight }) => weight);
  let atMs = 0;
  if (plan.openPerSecond <= 0) return;
  for (;;) {
    atMs += random.untilNext(plan.openPerSecond);
    const kind = plan.kinds[random.weighted(weights)];
    const client = random.chance(plan.keepAliveShare) ? 'keep-alive' : 'fresh';
    if (kind !== undefined) yield { atMs, kind, client };
  }
}
