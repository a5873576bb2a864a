import { splitWords } from 'nestjs-lifecycle-shared';
import {
  commandsIn,
  isCompound,
  isShell,
  joinWords,
  type ShellCommand,
  shellLineIndex,
  wordsIn,
} from './shell-line.js';
import { baseName, guessed, type Instead, runnerIn, skipInits } from './runner.js';
import { switchedIn } from './user-switch.js';

/** What keeps a signal from the service. */
export interface SignalObstacle {
  /** `npm`, or `sh`. */
  readonly program: string;
  /** A `wrapper` is a runner that passes signals on. A `forwarder` waits for the service as well. */
  readonly kind: 'runner' | 'wrapper' | 'forwarder' | 'user switch' | 'shell' | 'compound shell';
  readonly instead: Instead;
  /** The shells that start the last command of such a line in their own place, without being told. */
  readonly givingWay?: readonly Shell[] | undefined;
}

/** BusyBox, which is `sh` on Alpine, and Bash. The `sh` of Debian and Ubuntu, dash, stays. */
export type Shell = 'ash' | 'bash';

/** Whether the shell that is in front of the service gives way by itself. */
export function isGivingWay({ program, givingWay = [] }: SignalObstacle, isAlpine: boolean): boolean {
  const shell = isAlpine && /^(?:sh|ash|su)$/.test(program) ? 'ash' : program;
  return givingWay.some((one) => one === shell);
}

/** What keeps a signal from the service when a container or a process is started with these words. */
export function obstacleIn(words: readonly string[]): SignalObstacle | undefined {
  const start = skipInits(words);
  const [inits, own] = [words.slice(0, start), words.slice(start)];
  const found = runnerIn(own) ?? shellIn(own) ?? switchIn(own) ?? lineOfWrapper(own);
  if (found === undefined) return undefined;
  return { ...found, instead: { ...found.instead, words: [...inits, ...found.instead.words] } };
}

function shellIn(words: readonly string[]): SignalObstacle | undefined {
  const [program = ''] = words;
  const index = isShell(program) ? shellLineIndex(words) : undefined;
  const line = index === undefined ? undefined : words[index];
  if (index === undefined || line === undefined) return undefined;
  const found = obstacleInLine(line, words.slice(0, index));
  return found && { ...found, instead: withArguments(found.instead, words.slice(index + 1)) };
}

/** `su -c 'npm start' node`, `runuser -u node -- npm start`: what they start is their child. */
function switchIn(words: readonly string[]): SignalObstacle | undefined {
  const found = switchedIn(words);
  if (found === undefined) return undefined;
  const { words: own, line } = found;
  const inner = line === undefined ? obstacleIn(own) : obstacleInLine(line);
  const instead = inner?.instead ?? { words: line === undefined ? own : wordsOfLine(line) };
  const hint = instead.hint === undefined ? OF_USER : `${instead.hint}; ${OF_USER}`;
  const isWithoutMore = inner === undefined || inner.kind === 'shell';
  const givingWay = isWithoutMore ? (['ash'] as const) : [];
  return { program: baseName(words[0] ?? ''), kind: 'user switch', instead: { ...instead, hint }, givingWay };
}

const OF_USER =
  'the user is set beside it: runAsUser of a securityContext, user of Compose and ECS, USER of a Dockerfile';

function wordsOfLine(line: string): readonly string[] {
  return wordsIn(line.replace(/^exec\s+/, '')) ?? ['sh', '-c', line];
}

/** `doppler run --command 'npm start'` gives the line to a shell. */
function lineOfWrapper(words: readonly string[]): SignalObstacle | undefined {
  const [program = '', verb] = words;
  if (verb !== 'run' || !/^(?:doppler|infisical)$/.test(baseName(program))) return undefined;
  const at = words.findIndex((word) => /^--command(?:=|$)/.test(word));
  const line = at === -1 ? undefined : (/^--command=(.*)$/s.exec(words[at] ?? '')?.[1] ?? words[at + 1]);
  const found = line === undefined ? undefined : obstacleInLine(line);
  if (found === undefined) return undefined;
  const before = words.slice(0, at);
  return { ...found, instead: { words: [...before, '--', ...found.instead.words], hint: found.instead.hint } };
}

/** The words of what ends up running: behind inits and wrappers, and of a shell's line the last command. */
export function programIn(words: readonly string[]): readonly string[] {
  const own = words.slice(skipInits(words));
  const [first] = own;
  const line = first !== undefined && isShell(first) ? own[shellLineIndex(own) ?? own.length] : undefined;
  return line === undefined ? own : programInLine(line);
}

/** The same for a line that a shell is given. */
export function programInLine(line: string): readonly string[] {
  const last = lastOf(commandsIn(line));
  return last === undefined ? [] : programIn(splitWords(partsOf(last).command));
}

/** What follows the line is for the line. */
function withArguments(instead: Instead, others: readonly string[]): Instead {
  return instead.line === undefined ? instead : { ...instead, words: [...instead.words, ...others] };
}

const PLAIN_SHELL: readonly string[] = ['sh', '-c'];

/** What keeps a signal from the service when a shell, started with these words, is given this line. */
export function obstacleInLine(line: string, shell: readonly string[] = PLAIN_SHELL): SignalObstacle | undefined {
  const commands = commandsIn(line);
  const last = lastOf(commands);
  if (last === undefined || isNoService(last, commands)) return undefined;
  const program = baseName(shell[0] ?? 'sh');
  if (isLoop(commands)) return { program, kind: 'compound shell', instead: guessed('the loop runs') };
  const shellLine = { line, shell, last, isAlone: commands.length === 1, ...partsOf(last) };
  if (isBeside(shellLine)) return { program, kind: 'compound shell', instead: withoutRest(commands, shellLine) };
  const found = runnerOf(shellLine);
  if (found !== undefined) return { ...found, instead: replaced(shellLine, found.instead) };
  if (shellLine.isExec) return undefined;
  const kind = shellLine.isAlone ? 'shell' : 'compound shell';
  return { program, kind, instead: replaced(shellLine), givingWay: shellsGivingWay(shellLine, commands) };
}

/** What passes the signal on gets none from a shell that stays in front of it: there the shell is the obstacle. */
function runnerOf({ command, isExec }: ShellLine): SignalObstacle | undefined {
  const found = obstacleIn(splitWords(command));
  return found?.kind === 'forwarder' && !isExec ? undefined : found;
}

/** As BusyBox 1.35 and Bash 5.2 do: Bash stays for a redirection, and for what is inside of a condition. */
function shellsGivingWay({ command, line }: ShellLine, commands: readonly ShellCommand[]): readonly Shell[] {
  if (/^\s*trap\b/m.test(line)) return [];
  const isPlain = !/[<>]/.test(command) && !commands.some(isCompound);
  return isPlain ? ['ash', 'bash'] : ['ash'];
}

/** What a file does that is read into the shell is not seen; and a command that only waits serves no requests. */
function isNoService({ text }: ShellCommand, commands: readonly ShellCommand[]): boolean {
  return /^(?:\.|source)\s/.test(text) || isScriptOfCron(text) || isHandingOn(commands) || commands.every(isIdle);
}

/** `trap 'kill -TERM $PID' TERM; node main.js & PID=$!; wait $PID`: the shell passes the signal on itself. */
function isHandingOn(commands: readonly ShellCommand[]): boolean {
  const isTrapped = commands.some(({ text }) => /^trap\s.*\bkill\b.*\s(?:SIG)?(?:TERM|15)\b/.test(text));
  return isTrapped && commands.some(({ text }) => /^wait\b/.test(text));
}

/** A script that does its work again and again, by its name: `sh scripts/prune-cron.sh`. */
function isScriptOfCron(text: string): boolean {
  return /^(?:(?:exec|(?:\S*\/)?(?:ba|da|a|z|k)?sh)\s+)*\S*(?<![a-z])(?:cron|backup|prune|cleanup)(?![a-z])[^\s/]*\.sh\b/.test(
    text,
  );
}

/** What keeps a container of tools open, and serves no requests. */
function isIdle({ text }: ShellCommand): boolean {
  return (
    /^(?:(?:while|until|do|then)\s+)*(?:sleep|tail|true|:|echo|trap|wait|done)\b/.test(text) || /^while\s+:/.test(text)
  );
}

/** A loop starts its commands again and again, which no single process can. */
function isLoop(commands: readonly ShellCommand[]): boolean {
  return /^done\b/.test(commands.at(-1)?.text ?? '');
}

interface ShellLine extends Parts {
  readonly line: string;
  readonly shell: readonly string[];
  readonly last: ShellCommand;
  readonly isAlone: boolean;
}

interface Parts {
  /** Keywords and assignments. */
  readonly assignments: string;
  readonly isExec: boolean;
  readonly command: string;
}

const PARTS =
  /^((?:(?:then|else|do|\{)\s+)*(?:\w+=(?:'[^']*'|"(?:[^"\\]|\\.)*"|[^\s'"]*)\s+)*)(exec\s+(?!\d*[<>]))?(.*)$/s;

function partsOf({ text }: ShellCommand): Parts {
  const [, assignments = '', exec = '', command = ''] = PARTS.exec(text) ?? [];
  return { assignments, isExec: exec !== '', command };
}

/** The command that a line ends with, where a keyword or a bracket is none. */
function lastOf(commands: readonly ShellCommand[]): ShellCommand | undefined {
  return commands.findLast(({ text }) => !/^(?:fi|done|esac|\}|\))$/.test(text));
}

/** Whether the service cannot take the place of its shell, since something runs beside it or after it. */
function isBeside({ last, isExec, command }: ShellLine): boolean {
  if (last.before === '|' || last.after === '&') return true;
  return !isExec && (last.before === '||' || /^(?:echo|true|:|exit|sleep|wait|kill|cat|tail|rm)\b/.test(command));
}

/** The line with an `exec` before the last command, or that command itself where no shell is needed. */
function replaced(shellLine: ShellLine, better?: Instead): Instead {
  const { line, shell, last, assignments, command } = shellLine;
  const words = better?.words ?? wordsIn(command) ?? [];
  if (words.length > 0 && isCommandAlone(shellLine)) return better ?? { words };
  const end = last.start + last.text.length;
  const text = better === undefined ? command : joinWords(words);
  const written = `${line.slice(0, last.start)}${assignments}exec ${text}${line.slice(end)}`;
  return { ...inShell(shell, written, better?.hint), script: better?.script };
}

function isCommandAlone({ isAlone, assignments, shell }: ShellLine): boolean {
  return isAlone && assignments === '' && !readsProfile(shell);
}

function inShell(shell: readonly string[], line: string, hint: string | undefined): Instead {
  return { words: [...shell, line], line, hint };
}

/** `-l` and `-i` read files that may say where Node is. */
function readsProfile(shell: readonly string[]): boolean {
  return shell.slice(1).some((word) => !/^-[ceu]+$/.test(word));
}

/** Only without what runs beside it can the service be the first process; what comes before it stays. */
function withoutRest(commands: readonly ShellCommand[], { line, shell }: ShellLine): Instead {
  const service = commands.findLast(({ text }) => /^(?:exec\s+)?(?:\S*\/)?node\s/.test(text));
  if (service === undefined) return guessed('the command runs');
  const text = service.text.replace(/^exec\s+/, '');
  const hint = 'the service alone: what ran beside it or after it needs a place of its own';
  const head = line.slice(0, service.start);
  const words = head.trim() === '' && !readsProfile(shell) ? wordsIn(text) : undefined;
  return words === undefined ? inShell(shell, `${head}exec ${text}`, hint) : { words, hint };
}
