import { inspect } from 'node:util';

/**
 * One log line with fields. Nest's text logger prints the sentence; JSON loggers and pino find the fields beside `msg`,
 * winston finds `message`.
 */
export class LogRecord {
  readonly msg: string;

  constructor(msg: string, fields: Readonly<Record<string, unknown>> = {}) {
    this.msg = msg;
    Object.assign(this, fields);
  }

  get message(): string {
    return this.msg;
  }

  toString(): string {
    return this.msg;
  }

  [inspect.custom](): string {
    return this.msg;
  }
}
