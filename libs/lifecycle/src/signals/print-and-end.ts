import { writeSync } from 'node:fs';
import { type Clock } from '../deadline/clock.js';
import { endProcess } from './end-process.js';

const STDOUT = 1;

/** A text to print in place of starting, and what to print when it has to be printed too early. */
export interface AwaitedText {
  /** What to print when everything is there. */
  readonly complete: () => string;
  /** What to print when the process ends before, or the wait is too long. */
  readonly incomplete: () => string;
  readonly patienceMs: number;
  readonly clock: Clock;
}

/**
 * Ends the process with 0 in place of starting it, once it has printed a text. The text is printed in any case: when
 * somebody calls {@link now}, else after a while, else when the process ends by itself or because its start failed.
 */
export class PrintAndEnd {
  #isPrinted = false;
  readonly #atExit = (): void => this.#atLast();

  private constructor(private readonly text: AwaitedText) {}

  /** Waits for {@link now}, and not for ever. */
  static await(text: AwaitedText): PrintAndEnd {
    const print = new PrintAndEnd(text);
    process.once('exit', print.#atExit);
    text.clock.meanwhile(text.patienceMs, () => void print.#print(text.incomplete));
    return print;
  }

  /** Prints the complete text. Never resolves: nothing that waits for it goes on. */
  now(): Promise<never> {
    return this.#print(this.text.complete);
  }

  #print(text: () => string): Promise<never> {
    if (this.#isPrinted) return new Promise(() => undefined);
    this.#isPrinted = true;
    process.removeListener('exit', this.#atExit);
    return printAndEnd(text());
  }

  /** Nothing asynchronous is finished any more. What was asked for is there, whatever the start has failed with. */
  #atLast(): void {
    if (this.#isPrinted) return;
    this.#isPrinted = true;
    writeSync(STDOUT, this.text.incomplete());
    process.exitCode = 0;
  }
}

/** Prints a text and ends the process in place of starting it. Never resolves: nothing that waits for it goes on. */
export function printAndEnd(text: string): Promise<never> {
  return new Promise(() => {
    process.stdout.write(text, () => endProcess(0));
  });
}
