import { Controller, Module } from '@nestjs/common';
import { EventPattern, MessagePattern, RpcException } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule, type InFlight } from 'nestjs-lifecycle';
import { firstValueFrom, lastValueFrom, type Observable, Subject, toArray } from 'rxjs';
import { type AppKind, startApp } from '../support/app-kinds.js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { messageClient } from '../support/message-client.js';
import { RecordingLogger } from '../support/recording-logger.js';

const MESSAGE_KINDS: readonly AppKind[] = ['microservice', 'hybrid'];

/** A microservice whose every message waits at the gate. */
async function startService(kind: AppKind) {
  const gate = new Gate();
  const numbers = new Subject<number>();

  @Controller()
  class MessageController {
    @MessagePattern('value')
    async value(): Promise<string> {
      await gate.pass();
      return 'value';
    }

    @MessagePattern('error')
    async error(): Promise<never> {
      await gate.pass();
      throw new RpcException('refused on purpose');
    }

    @MessagePattern('numbers')
    numbers(): Observable<number> {
      return numbers;
    }

    @EventPattern('happened')
    async happened(_data: unknown): Promise<void> {
      await gate.pass();
    }
  }

  @Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [MessageController] })
  class Root {}

  const { app, tcpPort = 0 } = await startApp(kind, Root, new RecordingLogger());
  return { app, gate, numbers, client: messageClient(tcpPort), shutdown: app.get(GracefulShutdown) };
}

const oneMessage = (name: string): Partial<Record<keyof InFlight, unknown>> => ({
  total: 1,
  messages: 1,
  handlers: 0,
  responses: 0,
  tasks: 0,
  items: [{ kind: 'message', name, ageMs: expect.any(Number) as number }],
});

describe.each(MESSAGE_KINDS)('the count of messages in flight (%s)', (kind) => {
  it.each(['value', 'error'])('is one while a handler works on an answer (%s), and back to zero', async (pattern) => {
    const { client, gate, shutdown } = await startService(kind);
    const answer = firstValueFrom(client.send<string>(pattern, {})).catch((error: unknown) => error);
    await gate.reached();
    expect(shutdown.inFlight()).toEqual(oneMessage(pattern));
    gate.open();
    expect(await answer).toEqual(
      pattern === 'value' ? 'value' : expect.objectContaining({ message: 'refused on purpose' }),
    );
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
  });

  it('is one while an observable answers, to its end', async () => {
    const { client, numbers, shutdown } = await startService(kind);
    const answers = lastValueFrom(client.send<number>('numbers', {}).pipe(toArray()));
    await until('somebody listens', () => numbers.observed);
    numbers.next(1);
    await turns();
    expect(shutdown.inFlight()).toEqual(oneMessage('numbers'));
    numbers.next(2);
    numbers.complete();
    expect(await answers).toEqual([1, 2]);
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
  });

  it('is one while an event is handled, whose sender waits for nothing', async () => {
    const { app, client, gate, shutdown } = await startService(kind);
    await lastValueFrom(client.emit('happened', {}), { defaultValue: undefined });
    await gate.reached();
    expect(shutdown.inFlight()).toEqual(oneMessage('happened'));
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    expect(shutdown.phase).toBe('draining');
    gate.open();
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 1 } });
  });

  it('delivers the answers of everything in flight before the server closes', async () => {
    const { app, client, gate, numbers, shutdown } = await startService(kind);
    const answers = Promise.all([
      firstValueFrom(client.send<string>('value', {})),
      firstValueFrom(client.send<string>('error', {})).catch(() => 'refused'),
      lastValueFrom(client.send<number>('numbers', {}).pipe(toArray())),
    ]);
    await gate.reached(2);
    await until('somebody listens', () => numbers.observed);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(shutdown.inFlight().messages).toBe(3);
    gate.open();
    numbers.next(3);
    numbers.complete();
    expect(await answers).toEqual(['value', 'refused', [3]]);
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 3, drained: 3, interrupted: [] },
    });
  });
});
