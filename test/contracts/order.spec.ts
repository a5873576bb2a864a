import { Injectable, Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { firstValueFrom } from 'rxjs';
import { APP_KINDS, type StartedApp, startApp } from '../support/app-kinds.js';
import { turns, until, watch } from '../support/event-loop.js';
import { ask } from '../support/http-app.js';
import { messageClient } from '../support/message-client.js';
import { type OrderedService, orderedService, PLACES, WITNESSES } from '../support/ordered-service.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** Starts one piece of work of every kind the application has, each waiting at the gate. Resolves with what they got. */
function beginWork({ app, url, tcpPort }: StartedApp, { work }: OrderedService): Promise<unknown>[] {
  const shutdown = app.get(GracefulShutdown);
  const answers: Promise<unknown>[] = [shutdown.track('task', () => work.pass().then(() => 'done'))];
  if (url !== undefined) answers.push(ask(url, '/work').then(({ body }) => body));
  if (tcpPort !== undefined) answers.push(firstValueFrom(messageClient(tcpPort).send<string>('work', {})));
  return answers;
}

describe.each(APP_KINDS)('shutdown order of an application of the kind %s', (kind) => {
  it.each(PLACES)(
    'drains and runs hooks before any onModuleDestroy, and reports after the last hook (imported %s)',
    async (place) => {
      const service = orderedService(place);
      const { journal, work, hook } = service;
      const started = await startApp(kind, service.Root, new RecordingLogger());
      const shutdown = started.app.get(GracefulShutdown);
      const answers = beginWork(started, service);
      await work.reached(answers.length);

      const closing = started.app.close();
      const state = watch(closing);
      await until('it drains', () => shutdown.phase === 'draining');
      await turns();
      expect(journal).toEqual([]);
      expect(shutdown.inFlight().total).toBe(answers.length);

      work.open();
      expect(await Promise.all(answers)).toEqual(answers.map(() => 'done'));
      await hook.reached();
      await turns();
      expect(journal).toEqual(['hook.begin']);
      expect(state.isSettled).toBe(false);
      expect(shutdown.report).toBeUndefined();

      hook.open();
      await closing;
      const steps = ['destroy', 'before', 'shutdown'];
      const called = steps.flatMap((step) => WITNESSES.map((name) => `${name}.${step}`));
      expect(journal.slice(0, 2)).toEqual(['hook.begin', 'hook.end']);
      expect(journal.slice(2).toSorted()).toEqual(called.toSorted());
      expect(shutdown.report).toMatchObject({
        outcome: 'clean',
        reason: 'app.close()',
        requests: { inFlightAtStart: answers.length, drained: answers.length, interrupted: [] },
        hooks: [{ name: 'AppProvider.stop', result: 'done' }],
      });
    },
  );
});

describe('the check of the order at boot', () => {
  it.each([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])(
    'asks for a report when another module claims the distance %d',
    async (distance) => {
      @Injectable()
      class Rival {
        constructor(modules: ModulesContainer) {
          for (const module of modules.values()) if (module.metatype === RivalModule) module.distance = distance;
        }
      }
      @Module({ providers: [Rival] })
      class RivalModule {}
      @Module({ imports: [GracefulShutdownModule.forRoot(), RivalModule] })
      class Root {}

      const logger = new RecordingLogger();
      const { app } = await startApp('context', Root, logger);
      expect(logger.texts('error')).toEqual([
        expect.stringMatching(/RivalModule.*Please report this with the versions/),
      ]);
      await app.close();
    },
  );

  it.each(APP_KINDS)('finds nothing to complain about in an application of the kind %s', async (kind) => {
    const logger = new RecordingLogger();
    const { Root, hook } = orderedService('deep');
    const { app } = await startApp(kind, Root, logger);
    expect(logger.texts('error')).toEqual([]);
    hook.open();
    await app.close();
  });
});
