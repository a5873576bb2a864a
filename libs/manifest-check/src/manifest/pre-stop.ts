import { type Container } from './container.js';
import { type Field } from '../source/field.js';

/** What a container does before it gets its signal. */
export interface PreStop {
  readonly kind: 'none' | 'sleep' | 'exec' | 'http';
  readonly field: Field;
  /** How long it takes; `undefined` when only running it would tell. */
  readonly ms: number | undefined;
}

/** The preStop hook of a container. */
export function preStopOf(container: Container): PreStop {
  const field = container.field.at('lifecycle', 'preStop');
  const seconds = field.at('sleep', 'seconds');
  if (seconds.exists) return { kind: 'sleep', field: seconds, ms: (seconds.number ?? 0) * 1000 };
  const command = field.at('exec', 'command');
  if (command.exists) return { kind: 'exec', field: command, ms: timeOf(command.items.map(({ text }) => text ?? '')) };
  if (field.at('httpGet').exists) return { kind: 'http', field: field.at('httpGet'), ms: undefined };
  return { kind: 'none', field, ms: 0 };
}

/** `sleep 5`, alone or as the only thing a shell is told to do. */
function timeOf(words: readonly string[]): number | undefined {
  const isShell = /(?:^|\/)(?:ba|da|a)?sh$/.test(words[0] ?? '') && /^-\w*c$/.test(words[1] ?? '');
  const line = isShell ? (words[2] ?? '') : words.join(' ');
  const [, seconds] = /^\s*(?:exec\s+)?(?:\/(?:usr\/)?bin\/)?sleep\s+(\d+(?:\.\d+)?)s?\s*;?\s*$/.exec(line) ?? [];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
