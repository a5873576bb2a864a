import { inspect } from 'node:util';
import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import type { Level, Logger as Pino } from 'pino';

/** The logger of pino. As a provider of its own the lifecycle module finds it, and flushes it as the last thing. */
export const PINO = Symbol('PINO');

/** Nest's own lines, and those of `new Logger('name')`, written by pino. */
@Injectable()
export class Log implements LoggerService {
  constructor(@Inject(PINO) private readonly pino: Pino) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Of what Nest adds the last one is the context; a text before it is a stack. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const [stack] = rest.slice(0, -1);
    const fields = { context, ...(typeof stack === 'string' && { stack }) };
    if (message instanceof Error) this.pino[level]({ ...fields, err: message }, message.message);
    else if (typeof message === 'object') this.pino[level]({ ...fields, ...message });
    else this.pino[level](fields, typeof message === 'string' ? message : inspect(message));
  }
}
