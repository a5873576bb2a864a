import { type Rehearsal, type Verdict } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { seriesLine, worseOf } from './series.js';

/** Plays as many runs as `--repeat` says, each with the seed after the one before, until it is interrupted. */
export async function playRepeated<Runs extends { readonly run: Rehearsal }>(
  play: (changes: { readonly seed?: number }) => Promise<Runs>,
  flags: Pick<RehearseFlags, 'repeat' | 'quiet'>,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<{ readonly worst: Runs; readonly verdicts: readonly Verdict[] }> {
  let worst = await play({});
  const verdicts = [worst.run.verdict];
  const { seed } = worst.run.scenario;
  const times = flags.repeat ?? 1;
  while (verdicts.length < times && !signal.aborted) {
    if (!flags.quiet) terminal.stdout.write(`${seriesLine(verdicts.at(-1), verdicts.length, times)}\n`);
    const next = await play({ seed: (seed + verdicts.length) % 2 ** 32 });
    verdicts.push(next.run.verdict);
    worst = worseOf(worst, next);
  }
  return { worst, verdicts };
}
