import { inspect } from 'node:util';
import { type LogForm } from './log-form.js';

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

  /** Loggers that look for fields of their own in plain objects (consola) print this one. */
  get [Symbol.toStringTag](): string {
    return 'LogRecord';
  }

  /** What a logger gets that wants it in this form. */
  as(form: LogForm): unknown {
    if (form === 'sentence') return this.msg;
    return form === 'record-with-message' ? Object.assign({}, this, { message: this.msg }) : this;
  }

  toString(): string {
    return this.msg;
  }

  [inspect.custom](): string {
    return this.msg;
  }
}
