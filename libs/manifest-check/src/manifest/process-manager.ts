import { programIn } from './command.js';
import { baseName } from './runner.js';

/** What runs the service as its child, and kills it by a time of its own. */
export interface ProcessManager {
  readonly program: 'pm2-runtime' | 'supervisord';
  /** How long it waits between its own signal and SIGKILL. */
  readonly ms: number;
  /** The setting that says so: `PM2_KILL_TIMEOUT`. */
  readonly setting: string;
  /** The file that may say otherwise. */
  readonly configuration: string | undefined;
  /** What to start instead; `undefined` where no file shows it. */
  readonly instead: readonly string[] | undefined;
}

/** PM2 7 `constants.js` (`KILL_TIMEOUT`). Options of `pm2-runtime` do not change it: shown by a run. */
const PM2_MS = 1600;
/** `stopwaitsecs` of a program: http://supervisord.org/configuration.html#program-x-section-values */
const SUPERVISOR_MS = 10_000;

/** The process manager that a container or a process is started with, in an environment. */
export function processManagerIn(
  words: readonly string[],
  textOf: (variable: string) => string | undefined,
): ProcessManager | undefined {
  const [first = '', ...args] = programIn(words);
  switch (baseName(first)) {
    case 'pm2-runtime':
    case 'pm2-docker':
      return ofPm2(args, textOf);
    case 'supervisord':
      return ofSupervisor(args);
    default:
      return undefined;
  }
}

function ofPm2(args: readonly string[], textOf: (variable: string) => string | undefined): ProcessManager {
  const own = args[0] === 'start' ? args.slice(1) : args;
  const file = own.find((word) => !word.startsWith('-'));
  const isConfiguration =
    file !== undefined && /\.(?:json|ya?ml)$|\b(?:config|ecosystem|pm2|process)\b.*\.[cm]?js$/.test(file);
  const told = Number(textOf('PM2_KILL_TIMEOUT'));
  const isSeveral = args.some((word) => /^(?:-i|--instances)/.test(word));
  const isScript = file !== undefined && !isConfiguration && /\.[cm]?[jt]s$|\/main$/.test(file);
  return {
    program: 'pm2-runtime',
    ms: told > 0 ? told : PM2_MS,
    setting: 'PM2_KILL_TIMEOUT',
    configuration: isConfiguration ? file : undefined,
    instead: isScript && !isSeveral ? ['node', file, ...argumentsBehind(args)] : undefined,
  };
}

function argumentsBehind(args: readonly string[]): readonly string[] {
  const dashes = args.indexOf('--');
  return dashes === -1 ? [] : args.slice(dashes + 1);
}

function ofSupervisor(args: readonly string[]): ProcessManager {
  const option = args.findIndex((word) => word === '-c' || word === '--configuration');
  return {
    program: 'supervisord',
    ms: SUPERVISOR_MS,
    setting: 'stopwaitsecs',
    configuration: option === -1 ? '/etc/supervisord.conf' : args[option + 1],
    instead: undefined,
  };
}
