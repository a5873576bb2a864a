import { fromModules } from './package-programs.js';
import { isShell } from './shell-line.js';

/** What to start instead of an obstacle. */
export interface Instead {
  /** In exec form; the last one is `line` where a shell stays. */
  readonly words: readonly string[];
  /** What the shell is to be given. */
  readonly line?: string | undefined;
  /** What the reader has to know or to correct. */
  readonly hint?: string | undefined;
  /** The script of `package.json` that `node dist/main.js` among the words stands for. */
  readonly script?: string | undefined;
}

/** What starts the service as its child. */
export interface Runner {
  readonly program: string;
  readonly kind: 'runner' | 'wrapper' | 'forwarder';
  readonly instead: Instead;
}

/** The name of a program without its folder. */
export function baseName(program: string): string {
  return program.split('/').at(-1) ?? program;
}

/** A start that no file shows. */
export function guessed(what: string): Instead {
  return { words: ['node', 'dist/main.js'], hint: `dist/main.js is a guess: write what ${what}` };
}

/** Programs that pass signals on, and reap; what counts is what they start. With options that take a word of their own. */
const INITS: ReadonlyMap<string, readonly string[]> = new Map([
  ['tini', ['-e', '-p']],
  ['dumb-init', ['-r', '--rewrite']],
  ['catatonit', []],
  ['env', ['-u', '-C']],
  ['nice', ['-n']],
  ['setpriv', ['--reuid', '--regid']],
  ['nohup', []],
  ['stdbuf', ['-i', '-o', '-e']],
  ['ionice', ['-c', '-n']],
  ['with-contenv', []],
  ['init', []],
  ['chpst', ['-u', '-U', '-e', '-/', '-n', '-l', '-L']],
  ['vault-env', []],
  ['secrets-init', []],
  ['ssm-env', []],
  ['datadog-init', []],
  ['envconsul', ['-prefix', '-secret', '-config', '-vault-addr', '-consul-addr', '-log-level']],
  ['dockerize', ['-wait', '-timeout', '-template', '-stdout', '-stderr', '-wait-retry-interval']],
]);
/** They take the name of a user before the command. */
const USER_SWITCHES: ReadonlySet<string> = new Set(['gosu', 'su-exec', 's6-setuidgid', 'setuidgid']);
/** They stay in front of what they start as another user. */
export const SWITCHES = /^(?:su|runuser|sudo)$/;
/** It takes a time before the command, and passes signals on. */
const TIMED = 'timeout';
/** By convention such a script ends with `exec "$@"`, as that of the official image does. */
const ENTRYPOINT = /entrypoint(?:\.sh)?$/;

/** Where, after init programs and the like, the command begins that the service is started by. */
export function skipInits(words: readonly string[]): number {
  let start = 0;
  for (let at = 0; ;) {
    const step = stepFrom(words, at);
    if (step === undefined) return start;
    at += step.count;
    // Whatever its two dashes stand behind starts a service only where something that does, or passes it on, follows.
    if (!step.isGuess || isStart(words[at] ?? '')) start = at;
  }
}

/** What leads to the next command: so many words, and whether they are known to start what follows. */
interface Step {
  readonly count: number;
  readonly isGuess?: boolean;
}

/** `undefined` where the command at that word starts nothing else. */
function stepFrom(words: readonly string[], at: number): Step | undefined {
  const first = words[at];
  if (first === undefined) return undefined;
  const name = baseName(first);
  if (USER_SWITCHES.has(name)) return { count: 2 };
  if (ENTRYPOINT.test(name)) return { count: 1 };
  if (name === TIMED) return { count: afterOptions(words, at, ['-s', '-k']) + 1 };
  const options = INITS.get(name);
  if (options !== undefined) return { count: afterOptions(words, at, options) };
  return isStart(first) || SWITCHES.test(name) ? undefined : toDashes(words, at);
}

/** `chamber exec orders -- npm start`, `doppler run -- node main.js`: whatever fetches secrets or waits, by its two dashes. */
function toDashes(words: readonly string[], at: number): Step | undefined {
  const dashes = words.indexOf('--', at);
  return dashes <= at || words[dashes + 1] === undefined ? undefined : { count: dashes + 1 - at, isGuess: true };
}

/** What a service of Node can be started with: Node itself, a shell, or something that starts it as its child. */
export function isStart(word: string): boolean {
  const name = nameOf(word);
  return (
    /^(?:node|nodejs|bun|deno|tsx|ts-node|pm2-runtime|pm2-docker)$/.test(name) ||
    isShell(word) ||
    RUNNERS.has(name) ||
    WRAPPERS.has(name)
  );
}

/** How many words the program at `begin` has: options and assignments belong to it; what follows is what it starts. */
function afterOptions(words: readonly string[], begin: number, withValue: readonly string[]): number {
  let at = begin + 1;
  for (let word = words[at]; word !== undefined && /^-|^\w+=/.test(word); word = words[at]) {
    at += withValue.includes(word) ? 2 : 1;
    if (word === '--') break;
  }
  return at - begin;
}

/** What a runner is given: its options, and the script, the program or the file that it is to start. */
type Reading = (args: readonly string[], program: string) => Instead | undefined;

const RUNNERS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['npm', ofManager],
  ['yarn', ofYarn],
  ['pnpm', ofManager],
  ['rushx', ofManager],
  ['npx', ofPackageRunner],
  ['pnpx', ofPackageRunner],
  ['bunx', ofPackageRunner],
  ['corepack', (args) => runnerIn(args)?.instead ?? guessed('the command runs')],
  ['bun', ofBun],
  ['nest', () => ({ words: ['node', 'dist/main.js'], hint: 'dist/main.js is where nest build writes it by default' })],
  ['pm2', ofPm2],
  ['nodemon', ofFile],
  ['forever', ofFile],
  ['ts-node-dev', ofFile],
  ['concurrently', () => guessed('the service is started by')],
  ['turbo', () => guessed('the service is started by')],
  ['nx', () => guessed('the service is started by')],
  ['lerna', () => guessed('the service is started by')],
  ['make', () => guessed('the target runs')],
]);

/** Runners that pass signals on to a script, and wait for it: Bun 1.4 does, as the first process of a container as well. */
const FORWARDERS: ReadonlySet<string> = new Set(['bun']);

/** They pass signals on, and are one process more that has to. */
const WRAPPERS: ReadonlyMap<string, Reading> = new Map<string, Reading>([
  ['cross-env', ofCrossEnv],
  ['cross-env-shell', () => guessed('the command runs')],
  ['dotenv', ofDotenv],
  ['env-cmd', ofDotenv],
]);

/** The runner that a command begins with. */
export function runnerIn(words: readonly string[]): Runner | undefined {
  const [first = '', ...args] = words;
  const program = nameOf(first);
  if (program === 'node') return runByNode(args);
  const wrapped = WRAPPERS.get(program)?.(args, program);
  if (wrapped !== undefined) return { program, kind: 'wrapper', instead: wrapped };
  const instead = RUNNERS.get(program)?.(args, program);
  return instead && { program, kind: FORWARDERS.has(program) ? 'forwarder' : 'runner', instead };
}

/** `/usr/bin/npm`, and `node_modules/@nestjs/cli/bin/nest.js`. */
function nameOf(word: string): string {
  return baseName(word).replace(/(?:-cli)?\.[cm]?js$/, '');
}

/** `node --run start`, and `node node_modules/.bin/nest start`. */
function runByNode(args: readonly string[]): Runner | undefined {
  const run = args.indexOf('--run');
  const assigned = args.find((word) => word.startsWith('--run='));
  const script = run === -1 ? assigned?.slice('--run='.length) : (args[run + 1] ?? '');
  if (script !== undefined) return { program: 'node --run', kind: 'runner', instead: ofScript(script) };
  const file = args.findIndex((word) => !word.startsWith('-'));
  const isModule = file !== -1 && (args[file] ?? '').includes('node_modules/');
  return isModule ? runnerIn(args.slice(file)) : undefined;
}

function ofScript(script: string): Instead {
  const hint = script === '' ? 'the script runs' : `the script ${JSON.stringify(script)} of package.json runs`;
  return { ...guessed(hint), script };
}

/** `npm start`, `npm run start:prod`, `yarn start`, `pnpm exec node main.js`. */
function ofManager(all: readonly string[]): Instead {
  const args = all.filter((_, index) => isBehindProgram(all, index) || !ELSEWHERE.test(all[index - 1] ?? ''));
  const [first = '', ...others] = args.filter((word, index) => !word.startsWith('-') || isBehindProgram(args, index));
  if (first === 'exec' || first === 'dlx') return ofPackageRunner(others);
  // Yarn and pnpm start what packages bring along as they start scripts.
  if (PROGRAMS.test(first)) return ofPackageRunner([first, ...others]);
  const script = first === 'run' || first === 'run-script' ? (others[0] ?? '') : first;
  return scriptElsewhere(script, all) ?? ofScript(script);
}

const PROGRAMS = /^(?:node|tsx|ts-node|pm2-runtime|pm2-docker)$/;

/** Another `package.json` than the one at hand has that script, and what it runs is in the folder of that. */
function scriptElsewhere(script: string, args: readonly string[]): Instead | undefined {
  const at = args.findIndex((word, index) => ELSEWHERE.test(word) && !isBehindProgram(args, index));
  const [option = '', place = ''] = at === -1 ? [] : args.slice(at);
  if (place === '') return undefined;
  const isFolder = !/^(?:--filter|--workspace|-F)$/.test(option) || /^\.{0,2}\//.test(place);
  if (!isFolder) {
    return guessed(`the script ${JSON.stringify(script)} of ${place} runs, with the folder of that package in front`);
  }
  const file = `${place.replace(/\/$/, '')}/dist/main.js`;
  const hint = `${file} is a guess: write what the script ${JSON.stringify(script)} of package.json there runs`;
  return { words: ['node', file], hint };
}

/** `yarn workspace api start`: the script is one of that package. */
function ofYarn(args: readonly string[]): Instead {
  return args[0] === 'workspace' ? { ...ofManager(args.slice(2)), script: undefined } : ofManager(args);
}

/** Options of managers whose next word is a folder or a package, which is to be run there. */
const ELSEWHERE = /^(?:--cwd|--prefix|--dir|--filter|--workspace|-C|-F)$/;

/** Options of the manager come before the program that it is to start. */
function isBehindProgram(args: readonly string[], index: number): boolean {
  return args.slice(0, index).some((word) => word === 'node' || /\.[cm]?[jt]s$/.test(word));
}

function ofPackageRunner(args: readonly string[]): Instead {
  const words = args.slice(args.findIndex((word) => !word.startsWith('-')));
  const inner = runnerIn(words);
  if (inner !== undefined) return inner.instead;
  const [program, ...others] = words;
  if (program === undefined || program.startsWith('-')) return guessed('the command runs');
  return { words: [program === 'node' ? program : `node_modules/.bin/${program}`, ...others] };
}

/** Files are run in its own process, scripts are not. */
function ofBun(args: readonly string[]): Instead | undefined {
  const words = args.filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = words;
  const script = first === 'run' ? second : first;
  return script === '' || /[./]/.test(script) || first === 'x' ? undefined : ofScript(script);
}

/** It leaves a daemon behind, and ends. */
function ofPm2(args: readonly string[]): Instead | undefined {
  if (args[0] !== 'start' || args.includes('--no-daemon')) return undefined;
  const file = args.find((word) => /\.(?:[cm]?js|json|ya?ml)$/.test(word));
  if (file === undefined) return guessed('the application is started by');
  const isService = /\.[cm]?js$/.test(file) && !/\b(?:config|ecosystem)\b/.test(file);
  return { words: [isService ? 'node' : 'pm2-runtime', file] };
}

function ofFile(args: readonly string[]): Instead {
  const file = args.findIndex((word) => /\.[cm]?js$/.test(word));
  return file === -1 ? guessed('nest build or tsc makes of it') : { words: ['node', ...args.slice(file)] };
}

function ofCrossEnv(args: readonly string[]): Instead {
  const start = args.findIndex((word) => !/^\w+=/.test(word));
  const [assignments, command] = [args.slice(0, start), args.slice(start)];
  const { words, hint } = ownOf(command);
  return { words: assignments.length === 0 ? words : ['env', ...assignments, ...words], hint };
}

/** Node reads such files by itself. */
function ofDotenv(args: readonly string[]): Instead {
  const option = args.findIndex((word) => word === '-e' || word === '-f');
  const file = option === -1 ? '.env' : (args[option + 1] ?? '.env');
  const end = args.indexOf('--');
  const { words, hint } = ownOf(end === -1 ? args.slice(option === -1 ? 0 : option + 2) : args.slice(end + 1));
  const [program = '', ...others] = words;
  return program === 'node' ? { words: [program, `--env-file=${file}`, ...others], hint } : { words, hint };
}

function ownOf(command: readonly string[]): Instead {
  const [first] = command;
  if (first === undefined || isShell(first)) return guessed('the command runs');
  return runnerIn(command)?.instead ?? { words: fromModules(command, skipInits(command)) };
}
