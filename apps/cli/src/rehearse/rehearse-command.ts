import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { openAgainst } from './against.js';
import { baselineOf } from './baseline.js';
import { type CollectedWorkloads, collectWorkloads } from './collect-workloads.js';
import { failWithoutCluster, rehearseOnCluster } from './cluster-command.js';
import { collectOptions } from './collect-options.js';
import { listenForInterrupts } from './interrupts.js';
import { playSeries } from './play-series.js';
import { playTogether } from './play-together.js';
import { withNotes } from './rehearse.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { seriesNotes } from './series.js';
import { showReport } from './show-report.js';
import { playOnChanges } from './watching.js';
import { checkReports } from './write-reports.js';

/**
 * Plays a rolling update and says what was lost. Exits with 0 only if nothing was, or if all that is wrong is accepted by a budget or a baseline; with `--watch`
 * whenever it is ended.
 *
 * @throws UsageError when what was passed cannot be used
 */
export async function rehearse(words: readonly string[], flags: RehearseFlags, terminal: Terminal): Promise<ExitCode> {
  if (flags.cluster === true) return rehearseOnCluster(words, flags, terminal);
  failWithoutCluster(flags);
  if (flags.time !== undefined && flags.repeat !== undefined)
    throw new UsageError('--time and --repeat both say how many runs are played: leave one of them out');
  const { signal, stop } = listenForInterrupts(terminal);
  try {
    if (!flags.watch) return await playAndReport(words, flags, { terminal, signal });
    await playOnChanges({
      flags,
      terminal,
      signal,
      play: (ends) => playAndReport(words, flags, { terminal, signal: ends }),
    });
    return EXIT_CODE.clean;
  } finally {
    stop();
  }
}

interface Stage {
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

async function playAndReport(
  words: readonly string[],
  flags: RehearseFlags,
  { terminal, signal }: Stage,
): Promise<ExitCode> {
  await checkReports(flags, terminal);
  const several = await collectWorkloads(words, flags, terminal);
  if (several !== undefined) return playSeveral(several, flags, { terminal, signal });
  const { options, notes } = await collectOptions(words, flags, terminal);
  tellBefore(notes, flags, terminal);
  const baseline = await baselineOf(flags, terminal);
  // Both are looked at before the first is played.
  const against = await openAgainst(options, flags, { terminal, signal });
  try {
    const played = await playSeries({ options, flags, terminal, signal, against, baseline });
    // Of a run that a change has cut there is nothing to say, and Ctrl-C ends watching quietly.
    if (flags.watch && signal.aborted) return EXIT_CODE.clean;
    const said = [...notes, ...played.notes, ...seriesNotes(played.verdicts)];
    await showReport({ ...played.worst, run: withNotes(played.worst.run, said) }, flags, terminal);
    await baseline.finish(played.verdicts);
    return played.verdicts.every(({ passes }) => passes) ? EXIT_CODE.clean : EXIT_CODE.found;
  } finally {
    await against?.close();
  }
}

/** What is not as in a cluster, or was made up, before anything is played. */
function tellBefore(notes: readonly string[], { quiet }: RehearseFlags, { stdout }: Terminal): void {
  if (!quiet) for (const note of notes) stdout.write(`${note}\n`);
}

async function playSeveral(
  { options, notes }: CollectedWorkloads,
  flags: RehearseFlags,
  { terminal, signal }: Stage,
): Promise<ExitCode> {
  tellBefore(notes, flags, terminal);
  const { worst, verdicts } = await playTogether(options, flags, { terminal, signal });
  if (flags.watch && signal.aborted) return EXIT_CODE.clean;
  const run = withNotes(worst, [...notes, ...seriesNotes(verdicts)]);
  await showReport({ run, against: undefined }, flags, terminal);
  return verdicts.every(({ passes }) => passes) ? EXIT_CODE.clean : EXIT_CODE.found;
}
