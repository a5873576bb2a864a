import { Injectable, Scope } from '@nestjs/common';
import { StopIntake } from 'nestjs-lifecycle';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { startWorker } from '../support/worker-app.js';

describe('intake()', () => {
  it('is stopped at the signal, and what its stop() waits for is waited for in the drain', async () => {
    const { shutdown, closed } = await startWorker({ options: { lameDuck: 0 } });
    const gate = new Gate();
    const phases: string[] = [];
    shutdown.intake('orders', {
      stop: async () => {
        phases.push(shutdown.phase);
        await gate.pass();
      },
    });
    const closing = closed();
    const close = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(phases).toEqual(['lame-duck']);
    expect(shutdown.inFlight()).toMatchObject({ total: 1, items: [{ kind: 'intake', name: 'orders' }] });
    expect(shutdown.progress().waitingFor).toEqual(['orders']);
    expect(close.isSettled).toBe(false);
    gate.open();
    expect(await closing).toMatchObject({ outcome: 'clean', sources: [{ name: 'orders', interrupted: 0 }] });
  });

  it('names what it says is in flight, and goes on when changed() is called', async () => {
    const { shutdown, closed } = await startWorker({});
    const running = new Set(['order 1', 'order 2']);
    const handle = shutdown.intake('orders', { stop: () => undefined, inFlight: () => running });
    expect(shutdown.inFlight()).toMatchObject({ total: 2, items: [{ name: 'order 1' }, { name: 'order 2' }] });
    const closing = closed();
    const close = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(close.isSettled).toBe(false);
    running.clear();
    handle.changed();
    expect(await closing).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 2, drained: 2 },
      sources: [{ name: 'orders', inFlightAtStart: 2, drained: 2, interrupted: 0 }],
    });
  });

  it('is interrupted shortly before the time is up, and what is left is named with its age', async () => {
    const { shutdown, closed } = await startWorker({ options: { drainTimeout: '100ms' } });
    const interrupted: string[] = [];
    shutdown.intake('orders', {
      stop: () => undefined,
      inFlight: () => [{ name: 'order 1', startedAt: performance.now() - 5000, correlationId: 'a-1' }],
      interrupt: (reason) => interrupted.push(reason.message),
    });
    const report = await closed();
    expect(interrupted).toHaveLength(1);
    expect(report).toMatchObject({
      outcome: 'interrupted',
      requests: { interrupted: [{ kind: 'intake', name: 'order 1', correlationId: 'a-1' }] },
    });
    expect(report.requests.interrupted[0]?.ageMs).toBeGreaterThanOrEqual(5000);
  });

  it('that is needed by what is in flight goes on until the drain begins', async () => {
    const { shutdown, closed } = await startWorker({});
    const phases: string[] = [];
    const stop = (): void => void phases.push(shutdown.phase);
    shutdown.intake('replies', { stop, inFlight: () => 0, intake: 'drain' });
    expect(await closed()).toMatchObject({ outcome: 'clean' });
    expect(phases).toEqual(['draining']);
  });

  it('makes the end unverified where neither stop() nor inFlight() say what runs', async () => {
    const { shutdown, closed } = await startWorker({});
    shutdown.intake('poller', { stop: () => undefined });
    const report = await closed();
    expect(report.outcome).toBe('unverified');
    expect(report.unseen).toEqual([expect.stringMatching(/^what the intake 'poller' had taken in cannot be seen\./)]);
  });

  it('makes the end unverified where inFlight() gives a promise that rejects', async () => {
    const { shutdown, closed } = await startWorker({});
    const inFlight = (() => Promise.reject(new Error('rejected on purpose'))) as unknown as () => number;
    shutdown.intake('poller', { stop: () => undefined, inFlight });
    const report = await closed();
    expect(report.outcome).toBe('unverified');
    expect(report.unseen).toContainEqual(expect.stringContaining("work of the source 'poller', whose size failed"));
  });

  it('makes the end failed where stop() throws or rejects, and every hook still runs', async () => {
    const { shutdown, closed } = await startWorker({});
    const ran: string[] = [];
    shutdown.register('ledger', () => ran.push('ledger'));
    shutdown.intake('throws', {
      stop: () => {
        throw new Error('thrown on purpose');
      },
    });
    shutdown.intake('rejects', { stop: () => Promise.reject(new Error('rejected on purpose')) });
    const report = await closed();
    expect(ran).toEqual(['ledger']);
    expect(report.outcome).toBe('failed');
    expect(report.errors.map(({ message }) => message).toSorted()).toEqual([
      'rejected on purpose',
      'thrown on purpose',
    ]);
  });

  it.each([
    ['no stop()', {}, /The intake 'orders' has no stop\(\)\. Type intake\('orders', \{ stop:/],
    [
      'a wrong moment',
      { stop: () => undefined, intake: 'later' },
      /received intake 'later'; allowed: 'lame-duck', 'drain'/,
    ],
    [
      'an inFlight that is no function',
      { stop: () => undefined, inFlight: 3 },
      /received inFlight 3; allowed: a function/,
    ],
  ] satisfies [string, object, RegExp][])('refuses options with %s', async (_what, options, message) => {
    const { shutdown } = await startWorker({});
    expect(() => shutdown.intake('orders', options as never)).toThrow(message);
  });
});

describe('@StopIntake()', () => {
  it('stops the intake of a provider, whose fields say what is in flight', async () => {
    const gate = new Gate();
    @Injectable()
    class Orders {
      readonly running = new Set<string>();

      @StopIntake<Orders>({ name: 'orders', inFlight: ({ running }) => running })
      async stop(): Promise<void> {
        this.running.add('the last one');
        await gate.pass();
        this.running.clear();
      }
    }
    const { shutdown, closed } = await startWorker({ providers: [Orders] });
    const closing = closed();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(shutdown.progress().waitingFor).toEqual(['the last one']);
    gate.open();
    expect(await closing).toMatchObject({ outcome: 'clean', sources: [{ name: 'orders' }] });
  });

  it('is called by its class and method where it has no name', async () => {
    @Injectable()
    class Poller {
      @StopIntake()
      async stop(): Promise<void> {
        await turns(1);
      }
    }
    const { closed } = await startWorker({ providers: [Poller] });
    expect(await closed()).toMatchObject({ outcome: 'clean', sources: [{ name: 'Poller.stop' }] });
  });

  it('stops the boot of a provider without one instance, and says what to type', async () => {
    @Injectable({ scope: Scope.TRANSIENT })
    class Poller {
      @StopIntake()
      stop(): void {}
    }
    await expect(startWorker({ providers: [Poller] })).rejects.toThrow(
      /@StopIntake\(\) on Poller\.stop: its class is transient, .* type shutdown\.intake\('Poller\.stop'/,
    );
  });

  it('is refused where it has nothing to call', () => {
    expect(() => {
      class Wrong {
        @StopIntake()
        static stop(): void {}
      }
      return Wrong;
    }).toThrow(/@StopIntake\(\) on Wrong\.stop has nothing to call: it is static/);
  });
});
