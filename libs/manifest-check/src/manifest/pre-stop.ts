import { type Field } from '../source/field.js';
import { type Container } from './container.js';
import { commandsIn, isCompound, isShell, type ShellCommand, shellLineIndex } from './shell-line.js';
import { wholeNumber } from './whole-number.js';

/** What a container does before it gets its signal. */
export interface PreStop {
  readonly kind: 'none' | 'sleep' | 'exec' | 'http';
  readonly field: Field;
  /** How long it takes; `undefined` when only running it would tell. */
  readonly ms: number | undefined;
  /** Whether it does nothing besides. */
  readonly isOnlySleep: boolean;
}

/** The preStop hook of a container. */
export function preStopOf(container: Container): PreStop {
  const field = container.field.at('lifecycle', 'preStop');
  const seconds = field.at('sleep', 'seconds');
  if (seconds.exists) {
    const amount = wholeNumber(seconds, 0);
    return { kind: 'sleep', field: seconds, ms: amount === undefined ? undefined : amount * 1000, isOnlySleep: true };
  }
  const command = field.at('exec', 'command');
  if (command.exists) {
    return { kind: 'exec', field: command, ...execOf(command.items.map(({ text }) => text ?? '')) };
  }
  if (field.at('httpGet').exists) {
    return { kind: 'http', field: field.at('httpGet'), ms: undefined, isOnlySleep: false };
  }
  return { kind: 'none', field, ms: 0, isOnlySleep: false };
}

type Exec = Pick<PreStop, 'ms' | 'isOnlySleep'>;

function execOf(words: readonly string[]): Exec {
  const [program = ''] = words;
  if (!isShell(program)) return { ms: sleepMs(words.join(' ')), isOnlySleep: isSleep(words.join(' ')) };
  const line = words[shellLineIndex(words) ?? words.length];
  return line === undefined ? { ms: undefined, isOnlySleep: false } : timeOfLine(commandsIn(line));
}

/** The sleeps of a simple sequence. What else it does is taken to end at once, as a word to another program does. */
function timeOfLine(commands: readonly ShellCommand[]): Exec {
  const isUnknown = commands.some(
    (command, index) =>
      isCompound(command) || /^wait\b/.test(command.text) || mayBeSkipped(command, commands[index - 1]),
  );
  const sleeps = commands.filter(({ text, after }) => isSleep(text) && after !== '&');
  const times = sleeps.filter(({ before }) => before !== '||').map(({ text }) => sleepMs(text));
  const sum = times.reduce<number>((sum, ms) => sum + (ms ?? Number.NaN), 0);
  const ms = isUnknown || sleeps.length === 0 || Number.isNaN(sum) ? undefined : sum;
  return { ms, isOnlySleep: commands.every(({ text }) => isSleep(text) || /^(?:true|:)$/.test(text)) };
}

/** A sleep behind a condition that a file does not show. */
function mayBeSkipped({ text, before }: ShellCommand, previous: ShellCommand | undefined): boolean {
  return isSleep(text) && before === '&&' && /^(?:test|\[\[?)\s/.test(previous?.text ?? '');
}

const SLEEP = /^(?:exec\s+)?(?:\S*\/)?sleep\s+(.+)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function isSleep(command: string): boolean {
  return SLEEP.test(command);
}

/** `sleep 5`, `sleep 0.2m`; several times are added up. */
function sleepMs(command: string): number | undefined {
  const [, times = ''] = SLEEP.exec(command.trim()) ?? [];
  const parts = times.split(/\s+/).map((time) => /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(time));
  const ms = parts.map((part) => Number(part?.[1]) * (UNIT_MS[part?.[2] || 's'] ?? Number.NaN));
  const sum = ms.reduce((sum, one) => sum + one, 0);
  return Number.isNaN(sum) ? undefined : sum;
}
