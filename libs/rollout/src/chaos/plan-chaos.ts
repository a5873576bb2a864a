import { type Random } from '../random/random.js';
import { type ChaosKind } from '../scenario/chaos-kind.js';
import { type Chaos, type Scenario } from '../scenario/scenario.js';

/** One thing that will go wrong, with everything drawn in advance, so that the same seed does the same harm. */
export interface PlannedChaos {
  readonly kind: ChaosKind;
  /** What it waits for: a time from the beginning of the update, or something that happens. */
  readonly when:
    | { readonly atMs: number }
    | { readonly after: 'first-signal' | 'first-new-pod'; readonly delayMs: number };
  /** From 0, up to 1: which of those that are there by then. */
  readonly victim: number;
  readonly forMs: number;
  readonly variable: string | undefined;
}

/** From the beginning of the update: by then pods of both revisions are about. */
const EARLIEST_MS = 200;
const LATEST_MS = 3000;

const SLOW_ENDPOINTS: PlannedChaos = {
  kind: 'slow-endpoints',
  when: { atMs: 0 },
  victim: 0,
  forMs: 0,
  variable: undefined,
};

/** What will go wrong, and when. `slow-endpoints` are slow from the start, and are only said to be as the update begins. */
export function planChaos({ chaos }: Pick<Scenario, 'chaos'>, random: Random): PlannedChaos[] {
  const played = chaos.filter(({ kind }) => kind !== 'slow-endpoints').map((one, index) => plan(one, random, index));
  const isSlow = chaos.some(({ kind }) => kind === 'slow-endpoints');
  return isSlow ? [SLOW_ENDPOINTS, ...played] : played;
}

function plan({ kind, atMs, forMs, variable }: Chaos, random: Random, index: number): PlannedChaos {
  const stream = random.stream(`chaos/${index}/${kind}`);
  const drawnAt = stream.uniform(EARLIEST_MS, LATEST_MS);
  const victim = stream.uniform(0, 1);
  const lasting = stream.uniform(500, 2000);
  const delayMs = stream.uniform(50, 1000);
  return { kind, when: whenOf(kind, atMs, { drawnAt, delayMs }), victim, forMs: forMs ?? lasting, variable };
}

function whenOf(
  kind: ChaosKind,
  atMs: number | undefined,
  { drawnAt, delayMs }: { readonly drawnAt: number; readonly delayMs: number },
): PlannedChaos['when'] {
  if (atMs !== undefined) return { atMs };
  if (kind === 'second-signal') return { after: 'first-signal', delayMs };
  if (kind === 'rollback') return { after: 'first-new-pod', delayMs };
  return { atMs: drawnAt };
}
