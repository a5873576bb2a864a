import { type Report, type Rule } from '../rule-kinds/rule.js';
import { scriptReport } from '../rule-kinds/script-report.js';
import { obstacleReport } from '../rule-kinds/obstacle-report.js';
import { obstacleIn, type SignalObstacle } from '../manifest/command.js';
import { withScripts } from '../manifest/package-scripts.js';
import { type Instead } from '../manifest/runner.js';
import {
  COMPOSE_START,
  ECS_START,
  KUBERNETES_START,
  startRemedy,
  withHint,
  type WrittenStart,
} from '../manifest/start-remedy.js';
import { buildContextOf, dockerfileOf } from '../platforms/compose-build.js';
import { type PlatformFile } from '../platforms/platform-file.js';
import { packageScriptsOf, type StartScript, startScriptOf } from '../platforms/start-script.js';
import { type ServiceProcess, serviceProcessesOf } from '../platforms/service-process.js';

/** Outside of Kubernetes, too, the signal goes to the first process. */
export const platformSignalNotForwarded: Rule = {
  id: 'platform-signal-not-forwarded',
  severity: 'error',
  summary:
    'On Compose, ECS, Cloud Run, systemd or PM2 a package manager or a shell gets the signal in place of the service',
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
  const scripts = context === undefined ? {} : packageScriptsOf(file, context);
  const script = context === undefined ? undefined : scriptOf(process, file, context);
  const ofScript = script && scriptReport(script, scripts);
  if (ofScript !== undefined) yield { about: process.about, ...ofScript };
  if (script !== undefined && !script.isHandedOn) return;
  const obstacle = obstacleOf(process, script);
  if (obstacle !== undefined) yield report({ ...obstacle, instead: withScripts(obstacle.instead, scripts) }, process);
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

function report(obstacle: SignalObstacle, process: ServiceProcess): Report {
  const { commandField: at, about, platform } = process;
  const common = { at, about, remedy: remedyFor(obstacle.instead, process), ...obstacleReport(obstacle) };
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

function remedyFor(instead: Instead, { platform, commands }: ServiceProcess): string {
  const [first = [], second = []] = commands;
  const written: WrittenStart = [first, second];
  switch (platform) {
    case 'compose':
      return withHint(startRemedy(COMPOSE_START, written, instead), instead, '#');
    case 'ecs':
      return withHint(startRemedy(ECS_START, written, instead), instead, undefined);
    case 'cloud-run':
    case 'dockerfile':
      return withHint(startRemedy(KUBERNETES_START, written, instead), instead, '#');
    case 'systemd':
      return withHint(`ExecStart=${unitLine(instead)}`, instead, '#');
    case 'pm2':
      return withHint(
        `script: '${instead.words.find((word) => /\.[cm]?js$/.test(word)) ?? 'dist/main.js'}',   // and no args`,
        instead,
        '//',
      );
  }
}

/** A program without its path is looked for where the unit's own PATH does not matter. */
function unitLine({ words }: Instead): string {
  const [program = '', ...others] = words;
  const path = program.startsWith('/') ? program : `/usr/bin/${program}`;
  return [path, ...others.map((word) => (/[\s"']/.test(word) ? JSON.stringify(word) : word))].join(' ');
}
