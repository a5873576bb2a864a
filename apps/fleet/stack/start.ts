import type { INestApplication, NestApplicationOptions } from '@nestjs/common';
import { LifecycleError } from 'nestjs-lifecycle';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { Log, PINO } from './log.js';
import { correlate, requestLog } from './request-log.js';
import { SettingsError } from './setting-kinds.js';
import { Settings } from './settings.js';

/** For `NestFactory.create()`: lines wait for the logger, and an error comes to {@link start}, which shows it without a stack. */
export const CREATE: NestApplicationOptions = { bufferLogs: true, abortOnError: false };

/**
 * Starts one service: its log, its shutdown, its port.
 *
 * @param prepare what is to be done before it listens
 */
export async function start<App extends INestApplication>(
  create: () => Promise<App>,
  prepare: (app: App) => Promise<unknown> | void = () => undefined,
): Promise<void> {
  let app: App | undefined;
  try {
    app = await create();
    app.useLogger(app.get(Log));
    app.use(correlate);
    app.use(pinoHttp({ ...requestLog, logger: app.get<Logger<string>>(PINO) }));
    app.enableShutdownHooks();
    await prepare(app);
    // Every address: by itself Fastify listens for its own machine alone, and nothing would reach it in a pod.
    await app.listen(app.get(Settings).variables.PORT, '0.0.0.0');
    console.log(`listening on ${new URL(await app.getUrl()).port}`);
  } catch (error) {
    const isExplained = error instanceof SettingsError || error instanceof LifecycleError;
    console.error(isExplained ? error.message : error);
    process.exitCode = 1;
    // What has been opened would hold the process.
    await app?.close();
  }
}
