import { type GracefulShutdownOptions } from '../options/graceful-shutdown-options.js';
import { type Logger } from './logger.js';

/** The options of a service without Nest: those of the module, with the same variables and defaults, and the logger. */
export interface LifecycleOptions extends GracefulShutdownOptions {
  /** What writes the log: `console`, pino, winston, bunyan, `fastify.log`, or anything with these methods. Default: lines on stdout and stderr. */
  readonly logger?: Logger | undefined;
}
