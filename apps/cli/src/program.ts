import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { linesOf, parseDuration } from 'nestjs-lifecycle-manifest-check';
import { check, type CheckFlags } from './check/check-command.js';
import { EXIT_CODE, type ExitCode } from './exit-code.js';
import { explanationOf } from './explained-error.js';
import { init, type InitFlags } from './init/init-command.js';
import { plan, type PlanFlags } from './plan/plan-command.js';
import { rehearse } from './rehearse/rehearse-command.js';
import { addRehearseFlags, type RehearseFlags } from './rehearse/rehearse-flags.js';
import { report, type ReportFlags } from './report/report-command.js';
import { type Terminal } from './terminal.js';
import { VERSION } from './version.js';

/**
 * Runs the command line. Resolves with the exit code; what cannot be used and what is defective here is said on stderr.
 *
 * @param args without the program and its file
 */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.clean;
  const finish = (code: ExitCode): void => {
    exitCode = code;
  };
  try {
    await createProgram(terminal, finish).parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return failed(error, terminal);
  }
}

function failed(error: unknown, { stderr }: Terminal): ExitCode {
  // It has said everything, help included.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.clean : EXIT_CODE.unusable;
  const explanation = explanationOf(error);
  if (explanation !== undefined) {
    // It may quote names of files, and what a service has printed.
    stderr.write(`${linesOf(explanation)}\n`);
    return EXIT_CODE.unusable;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(
    `This is a defect of nestjs-lifecycle ${VERSION}; please report it with what follows.\n${linesOf(text)}\n`,
  );
  return EXIT_CODE.internal;
}

/** The program, its commands and flags. */
export function createProgram(terminal: Terminal, finish: (code: ExitCode) => void): Command {
  const program = new Command('nestjs-lifecycle')
    .description(
      'Rehearses a rolling update of a service, checks how its manifests stop it, prints the plan of its shutdown, and draws how one went.',
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void terminal.stdout.write(text),
      writeErr: (text) => void terminal.stderr.write(text),
    })
    .showHelpAfterError('(add --help to see what can be passed)');
  addCheck(program, terminal, finish);
  addRehearse(program, terminal, finish);
  addPlan(program, terminal, finish);
  addReport(program, terminal, finish);
  addInit(program, terminal, finish);
  return program;
}

function addCheck(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('check')
    .description('check Kubernetes manifests, and files of other platforms, against the time a service needs to stop')
    .argument('[paths...]', 'files, folders, or - for what comes through a pipe, such as `helm template .`')
    .addOption(
      new Option('--format <format>', 'what to print').choices(['text', 'json', 'sarif', 'github']).default('text'),
    )
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 from this severity on')
        .choices(['note', 'warning', 'error', 'never'])
        .default('warning'),
    )
    .option('--fix', 'apply the safe fixes to the files, keeping comments and order', false)
    .option('--strict', 'exit with 1 also where something could not be judged', false)
    .option('--app <file>', "learn the service's settings from its root module, as dist/app.module.js")
    .option('--settings <file>', 'what SHUTDOWN_PRINT_SETTINGS=1 node dist/main.js printed')
    .option('--service <name>', 'the workload that these settings belong to, where there are several')
    .option('--skip <rules>', 'leave out a rule, or several with commas between them; may be repeated', addRules, [])
    .option('--output <file>', 'write there instead of to the terminal')
    .option('--explain <rule>', 'print the page of a rule instead: what it looks for, why, and what is right')
    .option(
      '--routing-delay <time>',
      'how long traffic is still routed to a pod that goes, when you know',
      milliseconds,
    )
    .option(
      '--endpoint-lag <metrics:file>',
      "how late this cluster's kube-proxy is: what its /metrics said, or metrics:-",
    )
    .option('--boot <time>', 'how long the longest start takes', milliseconds)
    .option('--longest-request <time>', 'how long the longest request takes', milliseconds);
  addTeamFlags(command)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing found, 1 findings, 2 input that cannot be used or nothing to check, 3 a defect here.' +
        '\nSilence a finding with a comment: # nestjs-lifecycle-ignore <rule>: <reason>',
    )
    .action(async (paths: string[], flags: CheckFlags) => finish(await check(paths, flags, terminal)));
}

/** What a team that turns the check on for many repositories needs. */
function addTeamFlags(command: Command): Command {
  return command
    .option('--exclude <patterns>', 'leave out files and folders, as old/**; may be repeated', addRules, [])
    .option('--config <file>', 'what a team has written down. Default: nestjs-lifecycle-check.yaml, if it is there')
    .option('--baseline <file>', 'known findings, which are left out')
    .option('--update-baseline', 'write what is found to the baseline', false);
}

function addRehearse(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('rehearse')
    .description('play a rolling update of the real service on this machine, under load, and say what was lost and why')
    .argument(
      '[command...]',
      'after two dashes, what a pod runs, as in `-- node dist/main.js`; with --cluster, deployment/NAME',
    );
  addRehearseFlags(command)
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing lost, 1 losses or faults (warnings alone do not count), 2 what cannot be played, 3 a defect here.',
    )
    .action(async (words: string[], flags: RehearseFlags) => finish(await rehearse(words, flags, terminal)));
}

function addPlan(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('plan')
    .description(
      'print what a shutdown of the service would do, in order: intakes, hooks, and who closes which pool and client',
    )
    .argument('<file>', 'the root module of the built service, as dist/app.module.js')
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      '\nIts providers are created, with their connections where a factory connects; nothing is initialised, nothing listens.' +
        '\nExit codes: 0 printed, 2 input that cannot be used, 3 a defect here.',
    )
    .action(async (file: string, flags: PlanFlags) => finish(await plan(file, flags, terminal)));
}

function addReport(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('report')
    .description(
      'draw how a shutdown went: its phases, hooks and sources of work, what was interrupted, and the budget',
    )
    .argument(
      '[file]',
      'what reportFile has written, or a log of text or JSON with other lines in it; - or nothing: standard input',
    )
    .option('--html <file>', 'write a page that needs nothing but itself, too')
    .option('--list', 'list the shutdowns of a log, with their numbers', false)
    .option('--nth <number>', 'draw this one instead of the last', wholeNumber)
    .option('--plain', 'sentences instead of bars, as for a screen reader', false)
    .option('--ascii', 'draw bars with ASCII alone', false)
    .option('--width <columns>', 'draw that wide. Default: the terminal, or 100', wholeNumber)
    .addHelpText(
      'after',
      '\nAs in: kubectl logs --previous POD | nestjs-lifecycle report' +
        '\nExit codes: 0 drawn, whatever the outcome; 2 input that cannot be used, 3 a defect here.',
    )
    .action(async (file: string | undefined, flags: ReportFlags) => finish(await report(file, flags, terminal)));
}

function addInit(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  program
    .command('init')
    .description(
      'write into a repository what runs `check` and `rehearse` there: a pre-commit hook, GitHub workflows and GitLab jobs',
    )
    .argument('[folder]', 'the folder of the repository', '.')
    .option('--dry-run', 'only show what would be written', false)
    .addHelpText(
      'after',
      '\nWhat is there is never changed: what to add to it is shown.' +
        '\nExit codes: 0 written or there, 2 what cannot be read or written, 3 a defect here.',
    )
    .action(async (folder: string, flags: InitFlags) => finish(await init(folder, flags, terminal)));
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('Write a whole number from 1, as 2.');
  return number;
}

function addRules(text: string, before: readonly string[]): readonly string[] {
  return [...before, ...text.split(',').map((name) => name.trim())].filter((name) => name !== '');
}

function milliseconds(text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined) throw new InvalidArgumentError('Write 30s, 500ms or 2m.');
  return ms;
}
