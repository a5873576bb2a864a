import { Module, type ModuleMetadata } from '@nestjs/common';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  type ShutdownReport,
} from 'nestjs-lifecycle';
import { startApp } from './app-kinds.js';
import { RecordingLogger } from './recording-logger.js';

interface Parts extends ModuleMetadata {
  readonly options?: GracefulShutdownOptions;
}

/** An application without a server, and what closing it reports. */
export async function startWorker({ options, imports = [], ...parts }: Parts) {
  @Module({ ...parts, imports: [GracefulShutdownModule.forRoot(options), ...imports] })
  class Root {}
  const logger = new RecordingLogger();
  const { app } = await startApp('context', Root, logger);
  const shutdown = app.get(GracefulShutdown);
  const closed = async (): Promise<ShutdownReport> => {
    await app.close();
    const { report } = shutdown;
    if (report === undefined) throw new Error('there is no report');
    return report;
  };
  return { app, shutdown, closed, logger };
}
