import { inspect } from 'node:util';
import { type LogForm } from './log-form.js';

/**
 * One log line with fields. Nest's text logger prints the sentence. JSON loggers and pino find the fields beside `msg`,
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

  /** The stack of an error that was not caught; of no other one, whose line says where it comes from. */
  get uncaughtStack(): string | undefined {
    const stack: unknown = Reflect.get(this, 'stack');
    return Reflect.get(this, 'event') === 'error-uncaught' && typeof stack === 'string' ? stack : undefined;
  }

  /**
   * Makes this no plain object for loggers that look for their own fields in plain objects (consola), so that they
   * print it.
   */
  get [Symbol.toStringTag](): string {
    return 'LogRecord';
  }

  /** The value to pass to a logger that takes this form. */
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
