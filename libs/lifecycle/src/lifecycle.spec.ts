import { Logger } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { GracefulShutdown } from './graceful-shutdown.js';
import { GracefulShutdownModule } from './graceful-shutdown.module.js';

describe('the lifecycle of an application', () => {
  let app: TestingModule;
  let shutdown: GracefulShutdown;

  beforeEach(async () => {
    Logger.overrideLogger(false);
    app = await Test.createTestingModule({ imports: [GracefulShutdownModule.forRoot()] }).compile();
    shutdown = app.get(GracefulShutdown);
  });

  afterEach(async () => {
    await app.close();
  });

  it('asks a gate that stays down no more once the application has closed', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    let hasAsked = (): void => undefined;
    const asked = new Promise<void>((resolve) => (hasAsked = resolve));
    shutdown.readiness.addGate('database', () => {
      hasAsked();
      return false;
    });
    await app.init();
    await asked;
    await new Promise((resolve) => setImmediate(resolve));
    expect(shutdown.phase).toBe('starting');
    expect(timers()).toBe(before + 1);
    await app.close();
    expect(timers()).toBe(before);
  });
});
