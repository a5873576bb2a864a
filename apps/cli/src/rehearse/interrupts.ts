import { linesOf } from 'nestjs-lifecycle-manifest-check';
import { messagesLeftBehind } from 'nestjs-lifecycle-rollout';
import { type Terminal } from '../terminal.js';

/** Of a command that Ctrl-C has ended, as shells say it. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Interrupt = keyof typeof EXIT_CODES;

/** Where messages may stay: at the first, and at the second. */
const SAID = [
  'Interrupted: the pods are ended, and what is left of the rehearsal is taken from the broker.\n',
  'What is left of the rehearsal is still being taken from the broker. Once more ends at once, and leaves it there.\n',
];

/**
 * Listens for Ctrl-C and SIGTERM until `stop` is called. The first one fires `signal`. The second one ends the program at once, unless messages of a rehearsal would stay at
 * a broker: then these are taken away all the same, and the third one names what stays and ends the program.
 */
export function listenForInterrupts({ stderr }: Pick<Terminal, 'stderr'>): {
  readonly signal: AbortSignal;
  readonly stop: () => void;
} {
  const interrupted = new AbortController();
  let count = 0;
  const handle = (name: Interrupt): void => {
    count += 1;
    const left = messagesLeftBehind();
    if (count < 3 && left.length > 0) stderr.write(SAID[count - 1] ?? '');
    if (count === 1) return interrupted.abort();
    if (count === 2 && left.length > 0) return;
    for (const text of left) stderr.write(`${linesOf(text)}\n`);
    process.exit(EXIT_CODES[name]);
  };
  process.on('SIGINT', handle).on('SIGTERM', handle);
  const stop = (): void => void process.removeListener('SIGINT', handle).removeListener('SIGTERM', handle);
  return { signal: interrupted.signal, stop };
}
