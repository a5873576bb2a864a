import { type Rehearsal, type Verdict, type WorkloadsOptions } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { playWorkloads } from './rehearse.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { playRepeated } from './repeated-runs.js';
import { playShown } from './shown-run.js';

interface Stage {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Plays several workloads as often as was asked for, each run with the seed after the one before, until it is interrupted. */
export async function playTogether(
  options: WorkloadsOptions,
  flags: RehearseFlags,
  stage: Stage,
): Promise<{ readonly worst: Rehearsal; readonly verdicts: readonly Verdict[] }> {
  const { terminal, signal } = stage;
  const play = async (changes: { readonly seed?: number }): Promise<{ readonly run: Rehearsal }> => ({
    run: await playShown((shown) => playWorkloads({ ...options, ...changes }, { signal, ...shown }), flags, terminal),
  });
  const { worst, verdicts } = await playRepeated(play, flags, stage);
  return { worst: worst.run, verdicts };
}
