import type { LoggerService } from '@nestjs/common';

export interface LogLine {
  readonly level: 'log' | 'warn' | 'error' | 'debug';
  readonly message: unknown;
  readonly context: unknown;
}

/** A logger as users write them: keeps what Nest's Logger hands over, untouched. */
export class RecordingLogger implements LoggerService {
  readonly lines: LogLine[] = [];

  log = (message: unknown, ...rest: unknown[]): void => this.#keep('log', message, rest);
  warn = (message: unknown, ...rest: unknown[]): void => this.#keep('warn', message, rest);
  error = (message: unknown, ...rest: unknown[]): void => this.#keep('error', message, rest);
  debug = (message: unknown, ...rest: unknown[]): void => this.#keep('debug', message, rest);
  verbose = (): void => undefined;

  /** The text of every line of a level. */
  texts(level: LogLine['level']): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => String(message));
  }

  #keep(level: LogLine['level'], message: unknown, rest: readonly unknown[]): void {
    this.lines.push({ level, message, context: rest.at(-1) });
  }
}
