import { textReport } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';
import { type Runs } from './play-series.js';
import { type RehearseFlags } from './rehearse-flags.js';
import { repeatCommand } from './repeat-command.js';
import { writeReports } from './write-reports.js';

/** Prints the report, and writes those that the flags ask for. */
export async function showReport(runs: Runs, flags: RehearseFlags, terminal: Terminal): Promise<void> {
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
}
