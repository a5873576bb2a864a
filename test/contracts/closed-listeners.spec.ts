import { type Server } from 'node:http';
import { once } from 'node:events';
import { type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { startService, type TestEnding } from 'nestjs-lifecycle/testing';
import { RecordingLogger } from '../support/recording-logger.js';

const logger = new RecordingLogger();

/** Stops a service by a signal, in production unless told otherwise, and closes its server by `close`. */
async function stop(
  close: (app: INestApplication<Server>) => Promise<void> | void,
  options: GracefulShutdownOptions = { lameDuck: '5s' },
): Promise<TestEnding> {
  logger.lines.length = 0;
  @Module({ imports: [GracefulShutdownModule.forRoot(options)] })
  class AppModule {}
  await using service = await startService(async () => {
    const app = await NestFactory.create<INestApplication<Server>>(AppModule, { logger });
    app.enableShutdownHooks();
    await app.listen(0, '127.0.0.1');
    await close(app);
    return app;
  });
  service.signal('SIGTERM');
  await service.clock.advance('5s');
  return await service.ended;
}

const closeIt = (app: INestApplication<Server>) => (): void => void app.getHttpServer().close();

const REFUSED = {
  exitCode: 0,
  report: {
    outcome: 'unverified',
    unseen: [
      expect.stringMatching(/^clients refused since the application closed its server on port \d+ cannot be seen/),
    ],
  },
};

describe('a listener that the application has closed by itself', () => {
  it.each<[string, (app: INestApplication<Server>) => void]>([
    ['by a signal listener behind ours', (app) => void process.on('SIGTERM', closeIt(app))],
    ['by a signal listener ahead of ours', (app) => void process.prependListener('SIGTERM', closeIt(app))],
  ])('%s is told of, and the end is not called clean', async (_how, close) => {
    expect(await stop(close)).toMatchObject(REFUSED);
    const told = logger.texts('warn').filter((text) => text.includes('was closed by code of the application'));
    expect(told).toHaveLength(1);
  });

  it('before the signal is told of', async () => {
    const ending = await stop(async (app) => {
      const closed = once(app.getHttpServer(), 'close');
      closeIt(app)();
      await closed;
    });
    expect(ending).toMatchObject(REFUSED);
  });

  it.each<[string, GracefulShutdownOptions]>([
    ['outside production', {}],
    ['without a lame duck', { lameDuck: 0 }],
  ])('%s has refused no client that we would not have refused: the end is clean', async (_where, options) => {
    const ending = await stop((app) => void process.prependListener('SIGTERM', closeIt(app)), options);
    expect(ending).toMatchObject({ exitCode: 0, report: { outcome: 'clean', unseen: [] } });
    expect(logger.texts('warn').filter((text) => text.includes('closed by code'))).toEqual([]);
  });
});

it('a listener that was closed and opened again is one that listens', async () => {
  const ending = await stop(async (app) => {
    const server = app.getHttpServer();
    const closed = once(server, 'close');
    server.close();
    await closed;
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  expect(ending).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
});
