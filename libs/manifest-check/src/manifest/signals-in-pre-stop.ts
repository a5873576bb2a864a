import { splitWords } from 'nestjs-lifecycle-shared';
import { type PreStop } from './pre-stop.js';
import { baseName, skipInits } from './runner.js';
import { signalNameOf } from './signal-name.js';
import { commandsIn, isShell, shellLineIndex } from './shell-line.js';

/** A signal that a preStop hook sends by itself. */
export interface SentSignal {
  /** `SIGTERM`. */
  readonly signal: string;
  /** The command that sends it. */
  readonly command: string;
  /** The other commands of the hook. */
  readonly others: readonly string[];
}

/** The first signal that a preStop hook sends to a process of its container; `undefined` for one that sends none. */
export function signalSentBy({ kind, field }: PreStop): SentSignal | undefined {
  if (kind !== 'exec') return undefined;
  const words = field.items.map(({ text }) => text ?? '');
  const index = isShell(words[0] ?? '') ? shellLineIndex(words) : undefined;
  const line = index === undefined ? undefined : words[index];
  if (line === undefined) return sent(words, words.join(' '), []);
  const commands = commandsIn(line);
  for (const command of commands) {
    const text = command.text.replace(/^(?:exec\s+|sudo\s+|then\s+|do\s+|\{\s+)+/, '');
    const others = commands.filter((other) => other !== command).map((other) => other.text);
    const found = sent(splitWords(text), command.text, others);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether the service ends by it. Others are for something else: to reopen logs, to write a heap snapshot. */
export function isHeard({ signal }: SentSignal, signals: readonly string[]): boolean {
  return signal === 'SIGKILL' || signals.includes(signal);
}

/** Programs that signal by number, and those that look processes up by name. */
const BY_NUMBER = /^kill$/;
const BY_NAME = /^(?:pkill|killall5?|skill)$/;

function sent(all: readonly string[], command: string, others: readonly string[]): SentSignal | undefined {
  const words = all.slice(skipInits(all));
  const [program = '', ...args] = words;
  const name = baseName(program);
  if (!BY_NUMBER.test(name) && !BY_NAME.test(name)) return undefined;
  const { text, targets } = signalIn(args);
  // 0 only asks whether the process is there.
  const signal = text === '0' ? undefined : signalNameOf(text ?? 'TERM');
  const isAimed = name === 'killall5' || targets.length > 0;
  return signal === undefined || !isAimed ? undefined : { signal, command, others };
}

const OPTION = /^--signal=(.+)$|^-(\d+|(?:SIG)?[A-Z][A-Z\d]+)$/;

/** `-TERM`, `-15`, `-s TERM`, `--signal=TERM`; and after the signal what it is for, which may be `-1`. */
function signalIn(args: readonly string[]): { readonly text: string | undefined; readonly targets: readonly string[] } {
  const named = args.findIndex((word) => word === '-s' || word === '-n' || word === '--signal');
  const at = named === -1 ? args.findIndex((word) => OPTION.test(word)) : named + 1;
  const [, long, short] = OPTION.exec(args[at] ?? '') ?? [];
  const others = args.filter((_, index) => index !== at && index !== named);
  // `-l` and `-L` of `kill` only list signals; others are options of a search.
  const targets = others.filter((word) => !/^-[A-Za-z-]/.test(word));
  return { text: named === -1 ? (long ?? short) : args[at], targets };
}
