import { type Rehearsal, type Verdict, type WorkloadsOptions } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { showProgress } from './progress.js';
import { playWorkloads } from './rehearse.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { seriesLine, worseOf } from './series.js';

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
  let worst = { run: await playOne(options, flags, stage) };
  const verdicts = [worst.run.verdict];
  const { seed } = worst.run.scenario;
  const times = flags.repeat ?? 1;
  while (verdicts.length < times && !stage.signal.aborted) {
    if (!flags.quiet) stage.terminal.stdout.write(`${seriesLine(verdicts.at(-1), verdicts.length, times)}\n`);
    const next = { run: await playOne({ ...options, seed: (seed + verdicts.length) % 2 ** 32 }, flags, stage) };
    verdicts.push(next.run.verdict);
    worst = worseOf(worst, next);
  }
  return { worst: worst.run, verdicts };
}

async function playOne(options: WorkloadsOptions, { quiet }: RehearseFlags, stage: Stage): Promise<Rehearsal> {
  const { terminal, signal } = stage;
  let stop: () => void = () => undefined;
  try {
    return await playWorkloads(options, {
      signal,
      onWaiting: (text) => {
        if (!quiet) terminal.stdout.write(`${text}\n`);
      },
      onBegin: (begun) => {
        if (!quiet) stop = showProgress(begun, terminal);
      },
    });
  } finally {
    stop();
  }
}
