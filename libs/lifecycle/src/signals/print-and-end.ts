import { writeSync } from 'node:fs';
import { type Clock } from '../deadline/clock.js';
import { endProcess } from './end-process.js';

const STDOUT = 1;

/** A text to print in place of starting, and a shorter one for when the first cannot be complete. */
export interface AwaitedText {
  /** The text when everything in it is known. */
  readonly complete: () => string;
  /** The text when the process ends before that, or the wait is too long. */
  readonly incomplete: () => string;
  readonly patienceMs: number;
  readonly clock: Clock;
}

/**
 * Prints a text, and ends the process with 0 in place of starting it. The text is printed in any case: on a call of
 * {@link now}, else after `patienceMs`, else when the process ends by itself or because its start failed.
 */
export class PrintAndEnd {
  #isPrinted = false;
  readonly #atExit = (): void => this.#atLast();

  private constructor(private readonly text: AwaitedText) {}

  /** Waits for {@link now}, at most `patienceMs`. */
  static await(text: AwaitedText): PrintAndEnd {
    const print = new PrintAndEnd(text);
    process.once('exit', print.#atExit);
    text.clock.meanwhile(text.patienceMs, () => void print.#print(text.incomplete));
    return print;
  }

  /** Prints the complete text. Never resolves: the code that awaits it does not continue. */
  now(): Promise<never> {
    return this.#print(this.text.complete);
  }

  #print(text: () => string): Promise<never> {
    if (this.#isPrinted) return new Promise(() => undefined);
    this.#isPrinted = true;
    process.removeListener('exit', this.#atExit);
    return printAndEnd(text());
  }

  /**
   * The process exits: prints synchronously. The exit code is 0 even if the start failed, because the text was printed.
   */
  #atLast(): void {
    if (this.#isPrinted) return;
    this.#isPrinted = true;
    writeSync(STDOUT, this.text.incomplete());
    process.exitCode = 0;
  }
}

/**
 * Prints a text and ends the process in place of starting it. Never resolves: the code that awaits it does not
 * continue.
 */
export function printAndEnd(text: string): Promise<never> {
  return new Promise(() => {
    process.stdout.write(text, () => endProcess(0));
  });
}

/** The same in this tick. */
export function printAndEndNow(text: string): never {
  writeSync(STDOUT, text);
  return endProcess(0);
}
