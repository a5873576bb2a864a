import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The lines of a program, in the order they came, and a way to wait for one. */
export class ProgramOutput {
  private readonly lines: string[] = [];
  private readonly events = new EventEmitter<{ changed: [] }>().setMaxListeners(0);
  private ended: string | undefined;

  get text(): string {
    return this.lines.join('\n');
  }

  read(...streams: (Readable | null)[]): void {
    for (const input of streams) {
      if (input !== null) createInterface({ input }).on('line', (line) => this.add(line));
    }
  }

  add(line: string): void {
    this.lines.push(line);
    this.events.emit('changed');
  }

  /** No more lines will come. */
  end(reason = 'the program ended'): void {
    this.ended = reason;
    this.events.emit('changed');
  }

  /** Rejects with everything written when the program ends, or the time is up, without such a line. */
  waitFor(pattern: RegExp, withinMs: number): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.events.off('changed', look);
        finish();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`${why} without a line like ${pattern}\n--- output\n${this.text}\n---`)));
      const look = (): void => {
        const match = this.find(pattern);
        if (match !== undefined) settle(() => resolve(match));
        else if (this.ended !== undefined) fail(this.ended);
      };
      const timer = setTimeout(() => fail(`${withinMs} ms passed`), withinMs);
      this.events.on('changed', look);
      look();
    });
  }

  private find(pattern: RegExp): RegExpExecArray | undefined {
    for (const line of this.lines) {
      const match = new RegExp(pattern).exec(line);
      if (match !== null) return match;
    }
    return undefined;
  }
}
