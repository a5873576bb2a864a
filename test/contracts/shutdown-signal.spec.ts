import { Controller, Get, type INestApplicationContext, Module, Scope, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern } from '@nestjs/microservices';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  LeavingSignal,
  ShutdownSignal,
} from 'nestjs-lifecycle';
import { firstValueFrom } from 'rxjs';
import { startApp } from '../support/app-kinds.js';
import { turns, until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { type Adapter, ADAPTERS, ask, closeAfterTest, type HttpApp, startHttpApp, urlOf } from '../support/http-app.js';
import { messageClient } from '../support/message-client.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** Short, because a test of the deadline waits for it. */
const options: GracefulShutdownOptions = { drainTimeout: '1s' };

/** The signals that handlers were given, in the order they were called. */
interface Signals {
  readonly timeUp: AbortSignal[];
  readonly leaving: AbortSignal[];
}

/** Nest comes to its first hook after some promises, and before the event loop turns. */
async function closeInThisTurn(app: INestApplicationContext): Promise<{ readonly closed: Promise<void> }> {
  const turned = turns(1);
  const closed = app.close();
  await turned;
  return { closed };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });
}

function createController(scope: Scope): { readonly controller: Type<unknown>; readonly signals: Signals; gate: Gate } {
  const signals: Signals = { timeUp: [], leaving: [] };
  const gate = new Gate();

  @Controller({ scope })
  class SignalController {
    @Get('polite')
    async polite(@ShutdownSignal() timeUp: AbortSignal, @LeavingSignal() leaving: AbortSignal): Promise<string> {
      signals.timeUp.push(timeUp);
      signals.leaving.push(leaving);
      await aborted(timeUp);
      return 'half of it';
    }

    @Get('leaves')
    async leaves(@LeavingSignal() leaving: AbortSignal): Promise<string> {
      signals.leaving.push(leaving);
      await aborted(leaving);
      return 'left early';
    }

    @Get('deaf')
    async deaf(@ShutdownSignal() timeUp: AbortSignal): Promise<string> {
      signals.timeUp.push(timeUp);
      await gate.pass();
      return 'too late';
    }
  }
  return { controller: SignalController, signals, gate };
}

async function startWorld(
  adapter: Adapter,
  scope = Scope.DEFAULT,
): Promise<HttpApp & { signals: Signals; gate: Gate }> {
  const { controller, signals, gate } = createController(scope);
  return { ...(await startHttpApp(adapter, { options, controllers: [controller] })), signals, gate };
}

const given = (signals: readonly AbortSignal[], count = 1): Promise<void> =>
  until('handlers have their signals', () => signals.length >= count);

describe.each([
  ['express', 'DEFAULT'],
  ['express', 'REQUEST'],
  ['fastify', 'DEFAULT'],
  ['fastify', 'REQUEST'],
] as const)('@ShutdownSignal() (%s, scope %s)', (adapter, scope) => {
  it('fires before the time is up, early enough for the answer of the handler itself', async () => {
    const { app, url, shutdown, signals } = await startWorld(adapter, Scope[scope]);
    const answers = [ask(url, '/polite'), ask(url, '/polite')];
    await given(signals.timeUp, 2);
    const [first, second] = signals.timeUp;
    expect(first).not.toBe(second);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(signals.timeUp.map((signal) => signal.aborted)).toEqual([false, false]);
    for (const answer of await Promise.all(answers)) expect(answer).toMatchObject({ status: 200, body: 'half of it' });
    expect(first?.reason).toMatchObject({ code: 'SHUTTING_DOWN' });
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 2, drained: 2, interrupted: [] },
    });
  });

  it('does not save a handler that is deaf to it from a 503, and from being named', async () => {
    const { app, url, shutdown, signals, gate } = await startWorld(adapter, Scope[scope]);
    const answer = ask(url, '/deaf?token=secret');
    await gate.reached();
    const closing = app.close();
    expect(JSON.parse((await answer).body)).toMatchObject({ statusCode: 503, code: 'INTERRUPTED' });
    expect(signals.timeUp.map((signal) => signal.aborted)).toEqual([true]);
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'interrupted',
      requests: { drained: 0, interrupted: [{ kind: 'response', name: 'GET /deaf', method: 'GET', route: '/deaf' }] },
    });
  });
});

describe.each(ADAPTERS)('@LeavingSignal() (%s)', (adapter) => {
  it('fires in the tick of the signal, before anybody has been waited for', async () => {
    const { app, url, shutdown, signals } = await startWorld(adapter);
    const answer = ask(url, '/leaves');
    await given(signals.leaving);
    const seen: unknown[] = [];
    shutdown.phase$.subscribe((phase) => {
      if (phase === 'lame-duck') seen.push(signals.leaving.map((signal) => signal.aborted));
    });
    const { closed } = await closeInThisTurn(app);
    expect(signals.leaving.map((signal) => signal.aborted)).toEqual([true]);
    expect(seen).toEqual([[true]]);
    expect(await answer).toMatchObject({ status: 200, body: 'left early' });
    await closed;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('has fired already for a request that comes later, which @ShutdownSignal() has not', async () => {
    const { app, url, shutdown, signals, gate } = await startWorld(adapter);
    shutdown.register('hold', () => gate.pass(), { phase: 'lame-duck' });
    const closing = app.close();
    await gate.reached();
    expect(await ask(url, '/leaves')).toMatchObject({ status: 200, body: 'left early' });
    const polite = ask(url, '/polite');
    await given(signals.timeUp);
    expect([signals.timeUp[0]?.aborted, signals.leaving.at(-1)?.aborted]).toEqual([false, true]);
    gate.open();
    expect(await polite).toMatchObject({ status: 200 });
    await closing;
  });

  it('is heard by requests that nobody waits for, too', async () => {
    const { controller, signals } = createController(Scope.DEFAULT);
    const { app, url, shutdown } = await startHttpApp(adapter, {
      options: { ...options, exempt: ['/leaves'] },
      controllers: [controller],
    });
    const answer = ask(url, '/leaves');
    await given(signals.leaving);
    expect(shutdown.inFlight().total).toBe(0);
    const { closed } = await closeInThisTurn(app);
    expect(signals.leaving.map((signal) => signal.aborted)).toEqual([true]);
    expect(await answer).toMatchObject({ status: 200 });
    await closed;
  });
});

describe('signals of message handlers', () => {
  it('fire in the tick of the signal, and before the time is up', async () => {
    const signals: Signals = { timeUp: [], leaving: [] };
    @Controller()
    class MessageController {
      @MessagePattern('polite')
      async polite(@ShutdownSignal() timeUp: AbortSignal, @LeavingSignal() leaving: AbortSignal): Promise<string> {
        signals.timeUp.push(timeUp);
        signals.leaving.push(leaving);
        await aborted(timeUp);
        return 'half of it';
      }
    }
    @Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [MessageController] })
    class Root {}
    const { app, tcpPort = 0 } = await startApp('hybrid', Root, new RecordingLogger());
    const client = messageClient(tcpPort);
    const answer = firstValueFrom(client.send<string>('polite', {}));
    const other = firstValueFrom(client.send<string>('polite', {}));
    await given(signals.timeUp, 2);
    expect(new Set(signals.timeUp).size).toBe(2);
    const { closed } = await closeInThisTurn(app);
    expect(signals.leaving.map((signal) => signal.aborted)).toEqual([true, true]);
    expect(signals.timeUp.map((signal) => signal.aborted)).toEqual([false, false]);
    expect(await Promise.all([answer, other])).toEqual(['half of it', 'half of it']);
    await closed;
    const { report } = app.get(GracefulShutdown);
    expect(report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 2, drained: 2 } });
  });
});

describe('signals without GracefulShutdownModule', () => {
  it('are there, and never fire', async () => {
    const { controller, signals } = createController(Scope.DEFAULT);
    @Module({ controllers: [controller] })
    class Root {}
    const app = await NestFactory.create(Root, { logger: false, forceCloseConnections: true });
    closeAfterTest(app);
    await app.listen(0, '127.0.0.1');
    const answer = ask(urlOf(app.getHttpServer() as Parameters<typeof urlOf>[0]), '/polite');
    await given(signals.timeUp);
    await app.close();
    await answer;
    expect([...signals.timeUp, ...signals.leaving].map((signal) => signal.aborted)).toEqual([false, false]);
  });
});
