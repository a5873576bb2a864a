import { baseName, isStart, SWITCHES } from './runner.js';

/** What is started as another user. */
export interface Switched {
  readonly words: readonly string[];
  /** The line that a shell of that user is given, in place of words. */
  readonly line: string | undefined;
}

/**
 * What `su`, `runuser` or `sudo` start; `undefined` for other programs, and where it is none that a service of Node is started with.
 * Those of util-linux wait for their child, and kill it 2 s after the signal:
 * https://github.com/util-linux/util-linux/blob/master/login-utils/su-common.c (`create_watching_parent`).
 */
export function switchedIn(words: readonly string[]): Switched | undefined {
  const [program = '', ...args] = words;
  const name = baseName(program);
  if (!SWITCHES.test(name)) return undefined;
  const line = name === 'sudo' ? undefined : lineIn(args);
  if (line !== undefined) return line.split(/[\s;&|()"']+/).some(isStart) ? { words: [], line } : undefined;
  const start = args.findIndex((word, at) => isStart(word) && args[at - 1] !== '-u');
  return start === -1 || name === 'su' ? undefined : { words: args.slice(start), line: undefined };
}

function lineIn(args: readonly string[]): string | undefined {
  const option = args.findIndex((word) => /^(?:-[a-z]*c|--command)$/.test(word));
  return option === -1 ? undefined : args[option + 1];
}
