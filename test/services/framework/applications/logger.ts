import { ConsoleLogger, Controller, Get, Injectable, Logger } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'loggers: of classes, injected, replaced after the start with buffered lines',
  kinds: HTTP,
  nest: () => ({ bufferLogs: true }),
  module: ({ journal }) => {
    @Injectable()
    class AuditLogger extends ConsoleLogger {
      override log(message: unknown, ...rest: unknown[]): void {
        journal.note(`audit: ${String(message)} [${String(rest.at(-1))}]`);
      }
    }
    @Controller()
    class LoggingController {
      readonly #logger = new Logger(LoggingController.name);

      constructor(private readonly audit: AuditLogger) {}

      @Get()
      log(): string {
        this.#logger.log('a line');
        this.#logger.warn({ an: 'object' });
        this.#logger.error('a failure', 'its stack');
        this.audit.log('looked at', 'Audit');
        return 'logged';
      }
    }
    return { controllers: [LoggingController], providers: [AuditLogger] };
  },
  exchanges: [get('/')],
};
