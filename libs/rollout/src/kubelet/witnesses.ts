import { type Clock, elapsed } from '../clock/clock.js';
import { type Probe } from '../scenario/scenario.js';
import { askedWithin } from './asked-within.js';
import { type Prober, type ProbeAnswer } from './prober.js';

/** A witness looks at a container that is being stopped, and has no influence on it: no kubelet does this. */
interface Witness {
  readonly clock: Clock;
  /** Fires when there is nothing left to look at. */
  readonly end: AbortSignal;
}

/** A liveness probe without consequences is asked at least so often. */
const LIVENESS_PERIOD_MS = 500;
const LISTENER_PERIOD_MS = 50;
const KNOCK_MS = 500;

/** Goes on asking the liveness probe, so that one that turns because of the shutdown is seen. */
export async function witnessLiveness(
  { clock, end }: Witness,
  probe: Probe,
  { ask, onAnswer }: { ask: (signal: AbortSignal) => Promise<ProbeAnswer>; onAnswer: (answer: ProbeAnswer) => void },
): Promise<void> {
  const periodMs = Math.min(probe.periodMs, LIVENESS_PERIOD_MS);
  while (!end.aborted) {
    const askedAt = clock.now();
    const late = { isSuccess: false, detail: `no answer within ${probe.timeoutMs} ms` };
    const answer = await askedWithin({ clock, ms: probe.timeoutMs, stop: end }, late, ask);
    if (end.aborted) return;
    onAnswer(answer);
    await elapsed(clock, askedAt + periodMs - clock.now(), end);
  }
}

/**
 * Knocks at a port until it refuses, twice in a row: a process that has ended refuses as well, and its end is known only a moment
 * later. Resolves true when the listener has been closed by a process that lives on.
 */
export async function witnessListener({ clock, end }: Witness, prober: Prober, port: number): Promise<boolean> {
  for (let refused = 0; !end.aborted;) {
    const outcome = await askedWithin({ clock, ms: KNOCK_MS, stop: end }, 'no answer', (signal) =>
      prober.knock(port, signal),
    );
    if (end.aborted) return false;
    refused = outcome === 'refused' ? refused + 1 : 0;
    if (refused === 2) return true;
    await elapsed(clock, LISTENER_PERIOD_MS, end);
  }
  return false;
}

/** Whether anything listens there at all: what never did cannot be closed early. */
export async function isListening({ clock, end }: Witness, prober: Prober, port: number): Promise<boolean> {
  const outcome = await askedWithin({ clock, ms: KNOCK_MS, stop: end }, 'no answer', (signal) =>
    prober.knock(port, signal),
  );
  return outcome === 'accepted';
}
