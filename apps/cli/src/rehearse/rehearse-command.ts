import {
  type Rehearsal,
  type RehearsalOptions,
  resolveScenario,
  textReport,
  type Verdict,
} from 'nestjs-lifecycle-rollout';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { collectOptions } from './collect-options.js';
import { showProgress } from './progress.js';
import { repeatCommand } from './repeat-command.js';
import { playRehearsal, withNotes } from './rehearse.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { seriesLine, seriesNotes, worseOf } from './series.js';
import { checkReports, writeReports } from './write-reports.js';

/** One command, and the other it is compared with. */
interface Runs {
  readonly run: Rehearsal;
  readonly against: Rehearsal | undefined;
}

/**
 * Plays a rolling update and says what was lost. Exits with 0 only if nothing was.
 *
 * @throws UsageError when what was passed cannot be used
 */
export async function rehearse(words: readonly string[], flags: RehearseFlags, terminal: Terminal): Promise<ExitCode> {
  await checkReports(flags, terminal);
  const { options, notes } = await collectOptions(words, flags, terminal);
  // Both commands are looked at before the first is played.
  if (flags.against !== undefined) resolveScenario(otherRun(options, flags.against));
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const stage = { terminal, signal: interrupted.signal };
    const played = await playSeries(options, flags, stage);
    const runs = { ...played.worst, run: withNotes(played.worst.run, [...notes, ...seriesNotes(played.verdicts)]) };
    const { run, against } = runs;
    const { stdout, env } = terminal;
    stdout.write(
      textReport(run, {
        against,
        colours: stdout.isTTY === true && env['NO_COLOR'] === undefined,
        // A terminal that does not know says 0.
        ...(stdout.columns && { width: stdout.columns }),
      }),
    );
    await writeReports(runs, flags, { terminal, command: repeatCommand(terminal.args ?? [], run.scenario.seed) });
    return played.verdicts.every(({ isClean }) => isClean) ? EXIT_CODE.clean : EXIT_CODE.found;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  }
}

interface Stage {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/** Several runs, and the worst of them with all its reports. */
interface Series {
  readonly worst: Runs;
  readonly verdicts: readonly Verdict[];
}

/** Plays as many runs as were asked for, each with the seed after the one before, until it is interrupted. */
async function playSeries(options: RehearsalOptions, flags: RehearseFlags, stage: Stage): Promise<Series> {
  let worst = await play(options, flags, stage);
  const verdicts = [worst.run.verdict];
  const { seed } = worst.run.scenario;
  const times = flags.repeat ?? 1;
  while (verdicts.length < times && !stage.signal.aborted) {
    if (!flags.quiet) stage.terminal.stdout.write(`${seriesLine(verdicts.at(-1), verdicts.length, times)}\n`);
    const next = await play({ ...options, seed: (seed + verdicts.length) % 2 ** 32 }, flags, stage);
    verdicts.push(next.run.verdict);
    worst = worseOf(worst, next);
  }
  return { worst, verdicts };
}

/** The same seed for both, so that both meet the same. */
async function play(options: RehearsalOptions, flags: RehearseFlags, stage: Stage): Promise<Runs> {
  const run = await playOne(options, flags, stage);
  if (flags.against === undefined || stage.signal.aborted) return { run, against: undefined };
  const { seed } = run.scenario;
  if (!flags.quiet) stage.terminal.stdout.write(`\nand the same with: ${flags.against}\n`);
  return { run, against: await playOne({ ...otherRun(options, flags.against), seed }, flags, stage) };
}

/** The same with another command. */
function otherRun({ nextCommand: _same, ...others }: RehearsalOptions, command: string): RehearsalOptions {
  return { ...others, command };
}

async function playOne(options: RehearsalOptions, { quiet }: RehearseFlags, stage: Stage): Promise<Rehearsal> {
  let stop: () => void = () => undefined;
  try {
    return await playRehearsal(options, {
      signal: stage.signal,
      onWaiting: (text) => {
        if (!quiet) stage.terminal.stdout.write(`${text}\n`);
      },
      onBegin: (begun) => {
        if (!quiet) stop = showProgress(begun, stage.terminal);
      },
    });
  } finally {
    stop();
  }
}
