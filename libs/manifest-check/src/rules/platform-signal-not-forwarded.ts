import { type Report, type Rule } from '../rule-kinds/rule.js';
import { scriptReport } from '../rule-kinds/script-report.js';
import { obstacleReport } from '../rule-kinds/obstacle-report.js';
import { obstacleIn, type SignalObstacle } from '../manifest/command.js';
import { isAlpineImage } from '../manifest/foreign.js';
import { joinWords } from '../manifest/shell-line.js';
import { withScripts } from '../manifest/package-scripts.js';
import { type Instead } from '../manifest/runner.js';
import {
  COMPOSE_START,
  ECS_START,
  KUBERNETES_START,
  NOMAD_START,
  type StartForm,
  startRemedy,
  withHint,
  type WrittenStart,
} from '../manifest/start-remedy.js';
import { buildContextOf, dockerfileOf } from '../platforms/compose-build.js';
import { baseImageOf } from '../platforms/last-instruction.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { scriptsOfProcess } from '../platforms/process-package.js';
import { type StartScript, startScriptOf } from '../platforms/start-script.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';

/** Outside of Kubernetes, too, the signal goes to the first process. */
export const platformSignalNotForwarded: Rule = {
  id: 'platform-signal-not-forwarded',
  severity: 'error',
  summary:
    'On Compose, ECS, Fly, Heroku, Nomad, Cloud Run, systemd or PM2 a package manager or a shell gets the signal in place of the service',
  *check(model) {
    for (const file of model.platforms) {
      for (const process of serviceProcessesOf(file, model.findPrinted)) {
        if (isSignalledAlone(process)) yield* reportsOn(process, file);
      }
    }
  },
};

function* reportsOn(process: ServiceProcess, file: PlatformFile): Iterable<Report> {
  const context = file.platform === 'compose' ? buildContextOf(process.field) : undefined;
  const scripts = scriptsOfProcess(process, file);
  const script = context === undefined ? undefined : scriptOf(process, file, context);
  const ofScript = script && scriptReport(script, scripts);
  if (ofScript !== undefined) yield { about: process.about, ...ofScript };
  if (script !== undefined && !script.isHandedOn) return;
  const obstacle = obstacleOf(process, script);
  if (obstacle === undefined) return;
  const known = { ...obstacle, instead: withScripts(obstacle.instead, scripts) };
  yield report(known, process, isOfAlpine(process, file));
}

/** The script that an image is started with is looked for in the folder that is built. */
function scriptOf({ command, field }: ServiceProcess, file: PlatformFile, context: string): StartScript | undefined {
  return startScriptOf(command, dockerfileOf(field, file) ?? file, context);
}

/** What a script that gives way is given counts as if it were started itself. */
function obstacleOf(process: ServiceProcess, script: StartScript | undefined): SignalObstacle | undefined {
  if (script === undefined) return obstacleIn(programOf(process));
  const found = obstacleIn(script.args);
  return found && { ...found, instead: { ...found.instead, words: [...script.before, ...found.instead.words] } };
}

/** systemd signals every process of a unit by default. */
function isSignalledAlone({ platform, field }: ServiceProcess): boolean {
  const mode = field.at('KillMode', -1).text ?? 'control-group';
  return platform !== 'systemd' || mode === 'mixed' || mode === 'process';
}

/** systemd allows for marks before the program. */
function programOf({ command, platform }: ServiceProcess): readonly string[] {
  const [first = '', ...others] = command;
  return platform === 'systemd' ? [first.replace(/^[-@:+!]+/, ''), ...others] : command;
}

/** By its tag, or by what it is built from. */
function isOfAlpine({ field, platform }: ServiceProcess, file: PlatformFile): boolean {
  const dockerfile = platform === 'compose' ? dockerfileOf(field, file) : undefined;
  return isAlpineImage(dockerfile === undefined ? (field.at('image').text ?? '') : baseImageOf(dockerfile));
}

function report(obstacle: SignalObstacle, process: ServiceProcess, isAlpine: boolean): Report {
  const { commandField: at, about, platform } = process;
  const common = { at, about, remedy: remedyFor(obstacle.instead, process), ...obstacleReport(obstacle, isAlpine) };
  if (platform === 'heroku') return { ...common, ...onHeroku(obstacle) };
  return platform === 'pm2' ? { ...common, ...underPm2(obstacle) } : common;
}

/** PM2 signals every process below the first one as well. */
function underPm2({ program }: SignalObstacle): Pick<Report, 'severity' | 'message' | 'why'> {
  return {
    severity: 'warning',
    message: `${program} starts the service as its child, and PM2 watches ${program}`,
    why: 'PM2 signals both, and package managers pass the signal on once more: a second signal ends a drain that has just begun. What PM2 waits for, and counts restarts of, is the manager.',
  };
}

/** A dyno's manager signals every process in it, so one that a shell or a manager starts is reached, too: often twice. */
function onHeroku({ program, kind }: SignalObstacle): Pick<Report, 'severity' | 'message' | 'why'> {
  const isTwice = kind === 'runner' || kind === 'wrapper';
  return {
    severity: isTwice ? 'warning' : 'note',
    message: `${program} starts the service as its child, and Heroku signals both`,
    why: isTwice
      ? 'Heroku signals every process of a dyno, and package managers pass the signal on once more: a second signal ends a drain that has just begun.'
      : 'Heroku signals every process of a dyno: the shell ends at once, and the dyno with it where the platform waits for the first process alone.',
  };
}

/** The type of a process, as its key says. */
function typeOf({ keys }: ServiceProcess['commandField']): string {
  const key = String(keys.at(-1) ?? '');
  return /^[\w-]+$/.test(key) ? key : 'web';
}

function remedyFor(instead: Instead, process: ServiceProcess): string {
  const { platform, commands } = process;
  const [first = [], second = []] = commands;
  const written: WrittenStart = [first, second];
  const line = LINES[platform];
  if (line !== undefined) return withHint(line(instead, process), instead, platform === 'pm2' ? '//' : '#');
  const form = FORMS[platform] ?? KUBERNETES_START;
  // JSON has no comments.
  return withHint(
    startRemedy(form, written, instead),
    instead,
    form === ECS_START || form === NOMAD_START ? undefined : '#',
  );
}

const FORMS: Readonly<Partial<Record<PlatformFile['platform'], StartForm>>> = {
  compose: COMPOSE_START,
  ecs: ECS_START,
  nomad: NOMAD_START,
};

/** Where the start is one line. */
const LINES: Readonly<
  Partial<Record<PlatformFile['platform'], (instead: Instead, process: ServiceProcess) => string>>
> = {
  fly: ({ words }, { commandField }) => `[processes]\n  ${typeOf(commandField)} = ${JSON.stringify(joinWords(words))}`,
  heroku: ({ words }, { commandField }) => `${typeOf(commandField)}: ${joinWords(words)}`,
  systemd: (instead) => `ExecStart=${unitLine(instead)}`,
  pm2: ({ words }) => `script: '${words.find((word) => /\.[cm]?js$/.test(word)) ?? 'dist/main.js'}',   // and no args`,
};

/** A program without its path is looked for where the unit's own PATH does not matter. */
function unitLine({ words }: Instead): string {
  const [program = '', ...others] = words;
  const path = program.startsWith('/') ? program : `/usr/bin/${program}`;
  return [path, ...others.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word))].join(' ');
}
