import { type ChildProcess } from 'node:child_process';
import { setInterval } from 'node:timers';
import { Injectable } from '@nestjs/common';
import { Cron, Interval, ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { NestFactory } from '@nestjs/core';
import { CronJob } from 'cron';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { RecordingLogger } from '../support/recording-logger.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { hold } from '../support/traffic-world.js';
import { type HttpApp, type HttpAppParts, startHttpApp } from '../support/http-app.js';

const NEVER = '0 0 1 1 *';

interface ScheduledApp extends HttpApp {
  readonly registry: SchedulerRegistry;
  readonly gate: Gate;
}

/** An application with a schedule; `Jobs` wait at the gate. */
async function startScheduled(
  parts: HttpAppParts = {},
  jobs?: (gate: Gate) => new () => object,
): Promise<ScheduledApp> {
  const gate = new Gate();
  const { imports = [], providers = [], ...rest } = parts;
  const made = await startHttpApp('express', {
    ...rest,
    imports: [ScheduleModule.forRoot(), ...imports],
    providers: jobs === undefined ? providers : [...providers, jobs(gate)],
  });
  return { ...made, gate, registry: made.app.get(SchedulerRegistry) };
}

function decorated(gate: Gate): new () => object {
  @Injectable()
  class Jobs {
    @Cron(NEVER, { name: 'nightly' })
    async sweep(): Promise<void> {
      await gate.pass();
    }

    @Interval(1)
    async poll(): Promise<void> {
      await gate.pass();
    }

    @Timeout(1)
    async warm(): Promise<void> {
      await gate.pass();
    }
  }
  return Jobs;
}

const names = ({ shutdown }: HttpApp): string[] => shutdown.inFlight().items.map(({ name }) => name);

/** Waits until an interval of a millisecond has run several times. */
async function intervalsHaveRun(): Promise<void> {
  let ticks = 0;
  const witness = setInterval(() => (ticks += 1), 1);
  await until('an interval has run', () => ticks > 5);
  clearInterval(witness);
}

describe('scheduled jobs', () => {
  it('are waited for and named, several runs at once, and begin no run after the signal', async () => {
    const world = await startScheduled({}, decorated);
    const { app, gate, registry, shutdown } = world;
    const lameDuck = hold(world, 'lame-duck');
    void registry.getCronJob('nightly').fireOnTick();
    void registry.getCronJob('nightly').fireOnTick();
    await until('all have run', () => ['Jobs.poll', 'Jobs.warm'].every((name) => names(world).includes(name)));
    expect(names(world).filter((name) => name === 'Jobs.sweep')).toHaveLength(2);
    const closing = app.close();
    const state = watch(closing);
    await lameDuck.reached();
    const before = gate.arrivals;
    await intervalsHaveRun();
    expect(gate.arrivals).toBe(before);
    expect(registry.getCronJob('nightly').isActive).toBe(false);
    registry.getCronJob('nightly').start();
    expect(registry.getCronJob('nightly').isActive).toBe(false);
    // What other code asks for by name is still there.
    expect(registry.getIntervals()).toHaveLength(1);
    lameDuck.open();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', unseen: [], requests: { inFlightAtStart: before } });
  });

  it('that the application adds are, too, by the name it gives them', async () => {
    const world = await startScheduled();
    const { app, gate, registry, shutdown } = world;
    const waits = (() => gate.pass()) as () => void;
    const cron = new CronJob(NEVER, waits);
    registry.addCronJob('cleanup', cron);
    cron.addCallback(waits);
    registry.addCronJob('one by one', CronJob.from({ cronTime: NEVER, onTick: waits, waitForCompletion: true }));
    registry.addInterval('poll', setInterval(waits, 1));
    registry.addTimeout('warm', setTimeout(waits, 1));
    void cron.fireOnTick();
    void registry.getCronJob('one by one').fireOnTick();
    void registry.getCronJob('one by one').fireOnTick();
    await until('all have run', () => ['poll', 'warm'].every((name) => names(world).includes(name)));
    registry.addTimeout('tomorrow', setTimeout(waits, 86_400_000));
    const leaving = hold(world, 'lame-duck');
    const closing = app.close();
    await leaving.reached();
    const before = gate.arrivals;
    const late = new CronJob('* * * * * *', waits, undefined, true);
    registry.addCronJob('late', late);
    registry.addInterval('late', setInterval(waits, 1));
    registry.addTimeout('late', setTimeout(waits, 1));
    await intervalsHaveRun();
    expect([gate.arrivals, late.isActive]).toEqual([before, false]);
    expect(
      names(world)
        .filter((name) => name !== 'poll')
        .toSorted(),
    ).toEqual(['cleanup', 'cleanup', 'one by one', 'warm']);
    leaving.open();
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', unseen: [], requests: { interrupted: [] } });
    expect(world.logger.texts('debug')).toContain('timeouts that were still to come do not run: tomorrow');
  });

  it('fail as they do without the module, and count no more', async () => {
    @Injectable()
    class Jobs {
      @Cron(NEVER, { name: 'failing' })
      async fail(): Promise<void> {
        await Promise.reject(new Error('failed on purpose'));
      }
    }
    const world = await startScheduled({}, () => Jobs);
    await world.registry.getCronJob('failing').fireOnTick();
    await until('it has failed', () => world.logger.texts('error').length > 0);
    expect(world.logger.texts('error')).toEqual([expect.stringContaining('failed on purpose')]);
    expect(world.shutdown.inFlight().total).toBe(0);
  });

  it('call onComplete once, when they are stopped, and it is waited for', async () => {
    const world = await startScheduled();
    const { app, gate, registry, shutdown } = world;
    const onComplete = jest.fn(() => gate.pass());
    const job = (waitForCompletion: boolean) =>
      CronJob.from({ cronTime: NEVER, onTick: () => undefined, onComplete, start: true, waitForCompletion });
    for (const [name, waits] of Object.entries({ quick: false, careful: true })) {
      // Its own type says that a job has no onComplete.
      registry.addCronJob(name, job(waits) as unknown as CronJob);
    }
    const closing = app.close();
    await gate.reached(2);
    expect(new Set(names(world))).toEqual(new Set(['quick (onComplete)', 'careful (onComplete)']));
    gate.open();
    await closing;
    expect(onComplete).toHaveBeenCalledTimes(2);
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });

  it('that run a command are in flight until its process has ended', async () => {
    const world = await startScheduled();
    const command = { command: process.execPath, args: ['-e', 'process.stdin.resume()'] };
    const job = new CronJob(NEVER, command);
    world.registry.addCronJob('export', job);
    const started: ChildProcess[] = [];
    const callbacks = Reflect.get(job, '_callbacks') as ((...args: unknown[]) => ChildProcess)[];
    const [spawn] = callbacks;
    callbacks[0] = (...args) => {
      const child = spawn?.(...args);
      if (child !== undefined) started.push(child);
      return child as ChildProcess;
    };
    void job.fireOnTick();
    await turns();
    expect(names(world)).toEqual(['export']);
    started[0]?.kill();
    await until('it has ended', () => names(world).length === 0);
  });

  it('are unverified where they cannot be seen', async () => {
    const { app, registry, shutdown } = await startScheduled();
    // What a fake clock gives in place of a timer.
    registry.addInterval('poll', 1);
    await app.close();
    expect(shutdown.report).toMatchObject({
      outcome: 'unverified',
      unseen: [
        expect.stringContaining(
          "runs of the interval poll of the SchedulerRegistry cannot be seen. Type shutdown.track('poll'",
        ),
      ],
    });
  });

  it('are all the work of an application without a server, which is clean', async () => {
    const gate = new Gate();
    await using service = await startService(async () => {
      class Root {}
      const imports = [GracefulShutdownModule.forRoot(), ScheduleModule.forRoot()];
      const module = { module: Root, imports, providers: [decorated(gate)] };
      const app = await NestFactory.createApplicationContext(module, { logger: new RecordingLogger() });
      app.enableShutdownHooks();
      return app;
    });
    await gate.reached(2);
    service.signal();
    gate.open();
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean', unseen: [] } });
  });

  it('run as ever with enabled: false', async () => {
    const world = await startScheduled({ options: { enabled: false } }, decorated);
    await world.gate.reached(3);
    expect(names(world)).toEqual([]);
    world.gate.open();
    await world.app.close();
  });

  it('are named in the report where they are cut', async () => {
    const world = await startScheduled({ options: { drainTimeout: '20ms' } }, decorated);
    await until('the timeout runs', () => names(world).includes('Jobs.warm'));
    await world.app.close();
    expect(world.shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: {
        interrupted: expect.arrayContaining([
          expect.objectContaining({ kind: 'schedule', name: 'Jobs.warm' }),
        ]) as unknown,
      },
    });
  });
});
