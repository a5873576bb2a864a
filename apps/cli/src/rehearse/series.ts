import { headline, type Rehearsal, type Verdict } from 'nestjs-lifecycle-rollout';

/** How one run of several went, in one line. */
export function seriesLine(verdict: Verdict | undefined, number: number, of: number): string {
  if (verdict === undefined) return '';
  return `run ${number} of ${of}, seed ${verdict.seed}: ${verdict.isClean ? '✓' : '✕'} ${headline(verdict)}`;
}

/** The one with more lost, or else with more errors; the first of two that are alike. */
export function worseOf<Runs extends { readonly run: Rehearsal }>(first: Runs, second: Runs): Runs {
  return gravity(second.run.verdict) > gravity(first.run.verdict) ? second : first;
}

/** What a report of the worst run has to say of all: nothing where there was only one. */
export function seriesNotes(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length < 2) return [];
  const sent = verdicts.reduce((sum, { requests }) => sum + requests.sent, 0);
  const lost = verdicts.reduce((sum, { requests }) => sum + requests.lost, 0);
  const clean = verdicts.filter(({ isClean }) => isClean).length;
  const seeds = verdicts.map(({ seed, isClean }) => `${seed}${isClean ? '' : ' ✕'}`);
  return [
    `The worst of ${verdicts.length} runs is shown. ${clean} of them were clean, and ${lost} of ${sent} requests were lost in all. Seeds: ${seeds.join(', ')}.`,
    ...faultsOf(verdicts),
  ];
}

/** In how many runs each fault was seen, the most frequent first. */
function faultsOf(verdicts: readonly Verdict[]): string[] {
  const seen = new Map<string, { runs: number; lost: number }>();
  for (const { code, lost } of verdicts.flatMap(({ faults }) => faults)) {
    const fault = seen.get(code) ?? { runs: 0, lost: 0 };
    seen.set(code, { runs: fault.runs + 1, lost: fault.lost + lost });
  }
  const lines = [...seen]
    .toSorted(([, a], [, b]) => b.runs - a.runs || b.lost - a.lost)
    .map(([code, { runs, lost }]) => `${code} in ${runs} of ${verdicts.length}${lost > 0 ? `, ${lost} lost` : ''}`);
  return lines.length === 0 ? [] : [`Faults over all runs: ${lines.join('; ')}.`];
}

/** A verdict that does not pass is worse than any that does, then one that is not clean; then what was lost counts, then errors. */
function gravity({ isClean, passes, requests, faults }: Verdict): number {
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  return (passes ? 0 : 1e10) + (isClean ? 0 : 1e9) + requests.lost * 1e3 + errors * 10 + faults.length / 10;
}
