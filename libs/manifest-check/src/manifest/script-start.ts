import { splitWords } from 'nestjs-lifecycle-shared';
import { obstacleIn, obstacleInLine, type SignalObstacle } from './command.js';
import { type Instead, isStart, skipInits } from './runner.js';
import { commandsIn, isShell, type ShellCommand, wordsIn } from './shell-line.js';

/** What a shell script does with the service. */
export interface ScriptStart {
  /** Where the command begins that starts it, and how long it is. */
  readonly start: number;
  readonly length: number;
  readonly obstacle: SignalObstacle;
}

/** Commands that are run before the service, or by people. */
const BEFORE =
  /(?:^|[\s:/])(?:migrat\w*|seed\w*|wait\S*|install|ci|build|generate|dev|test|lint|db:\w+|db\s+(?:push|execute))(?:$|[\s:.])|--watch\b/;

/** Whether a script ends by giving way to what it is given: `exec "$@"`. */
export function isHandedOn(text: string): boolean {
  return commandsIn(text).some((command) => /^exec\s+(?:\S+\s+)*"?\$[@*{]/.test(bare(command)));
}

/**
 * What keeps the signal from the service that a shell script starts; `undefined` where it gives way by `exec`, takes care of signals
 * itself by `trap`, or starts no service that can be told.
 *
 * @param name what the script is called: it stays in front of the service
 */
export function scriptStartIn(text: string, name: string): ScriptStart | undefined {
  const commands = commandsIn(text);
  if (commands.some((command) => /^trap\b/.test(bare(command)))) return undefined;
  const services = commands.filter(isService);
  const giving = services.filter((command) => /^exec\s/.test(bare(command)));
  if (giving.length > 0) {
    const wrong = giving.find((command) => obstacleInLine(bare(command)) !== undefined);
    return wrong && found(wrong, obstacleInLine(bare(wrong)));
  }
  if (isGivenToAnother(commands)) return undefined;
  const last = services.at(-1);
  return last === undefined ? givenWithoutExec(commands, name) : found(last, inFront(last, name));
}

/** Whether a script ends by giving way to what is none of the programs that are known here: `exec supervisord`. */
function isGivenToAnother(commands: readonly ShellCommand[]): boolean {
  const last = commands.at(-1);
  const [first, program] = splitWords(last === undefined ? '' : bare(last));
  return first === 'exec' && program !== undefined && !isStart(program);
}

/** `"$@"` without `exec` starts what the script is given as its child. */
function givenWithoutExec(commands: readonly ShellCommand[], program: string): ScriptStart | undefined {
  const last = commands.findLast(({ text }) => !/^(?:fi|done|esac|\})$/.test(text));
  if (last === undefined || !/^"?\$[@*]"?$/.test(bare(last))) return undefined;
  return found(last, { program, kind: 'compound shell', instead: { words: [], line: `exec ${bare(last)}` } });
}

function found({ start, text }: ShellCommand, obstacle: SignalObstacle | undefined): ScriptStart | undefined {
  return obstacle && { start, length: text.length, obstacle };
}

function inFront(command: ShellCommand, program: string): SignalObstacle {
  const text = bare(command);
  // What only a shell can expand stays as it is written.
  const line = wordsIn(text) === undefined ? `exec ${text}` : undefined;
  const instead: Instead = obstacleIn(splitWords(text))?.instead ?? { words: splitWords(text), line };
  const hint = command.after === '&' ? 'what runs beside the service needs a place of its own' : undefined;
  return { program, kind: 'compound shell', instead: { ...instead, hint: instead.hint ?? hint } };
}

/** Without keywords and assignments. */
function bare({ text }: ShellCommand): string {
  return text.replace(/^(?:(?:then|else|do|\{)\s+)*(?:\w+=\S*\s+)*/, '').replace(/\s*(?:;;|\})$/, '');
}

function isService(command: ShellCommand): boolean {
  const text = bare(command).replace(/^exec\s+/, '');
  const words = splitWords(text);
  const own = words.slice(skipInits(words));
  const [program = ''] = own;
  return (
    isStart(program) &&
    !isShell(program) &&
    !BEFORE.test(own.slice(1).join(' ')) &&
    !/^-(?:e|p|v|-version)$/.test(own[1] ?? '')
  );
}

/** The words of what a script gives way to in the end: `exec pm2-runtime dist/main.js`; none where it gives way to nothing that is known. */
export function givenWayTo(text: string): readonly string[] {
  const last = commandsIn(text).findLast((command) => /^exec\s/.test(bare(command)));
  const words = last === undefined ? undefined : wordsIn(bare(last).replace(/^exec\s+/, ''));
  return words !== undefined && isStart(words[skipInits(words)] ?? '') ? words : [];
}
