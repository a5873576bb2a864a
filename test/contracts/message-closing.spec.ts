import { Controller, Injectable, Module } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { firstValueFrom } from 'rxjs';
import { type AppKind, startApp } from '../support/app-kinds.js';
import { until } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { messageClient } from '../support/message-client.js';
import { RecordingLogger } from '../support/recording-logger.js';

const MESSAGE_KINDS: readonly AppKind[] = ['microservice', 'hybrid'];

/** A microservice whose messages need what a hook closes. */
async function startService(kind: AppKind) {
  const closing = new Gate();
  const working = new Gate();
  const messages: string[] = [];

  @Injectable()
  class Database {
    @OnGracefulShutdown(80)
    close(): Promise<void> {
      return closing.pass();
    }
  }

  @Controller()
  class MessageController {
    @MessagePattern('quick')
    quick(): string {
      messages.push('quick');
      return 'answered';
    }

    @MessagePattern('slow')
    async slow(): Promise<string> {
      messages.push('slow');
      await working.pass();
      return 'answered';
    }
  }

  @Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [MessageController], providers: [Database] })
  class Root {}

  const { app, tcpPort = 0 } = await startApp(kind, Root, new RecordingLogger());
  const client = messageClient(tcpPort);
  const send = (pattern: string): Promise<string> => firstValueFrom(client.send<string>(pattern, {}));
  return { app, closing, working, messages, send, shutdown: app.get(GracefulShutdown) };
}

describe.each(MESSAGE_KINDS)('messages and hooks (%s)', (kind) => {
  it('answers what runs and what comes while it drains, and takes none while a hook closes what it needs', async () => {
    const { app, closing, working, messages, send, shutdown } = await startService(kind);
    const running = send('slow');
    await working.reached();
    const closed = app.close();
    await until('the drain has begun', () => shutdown.phase === 'draining');
    expect(await send('quick')).toBe('answered');
    working.open();
    expect(await running).toBe('answered');
    await closing.reached();
    expect(await send('quick').catch((error: unknown) => error)).toMatchObject({ code: 'ECONNREFUSED' });
    expect(messages).toEqual(['slow', 'quick']);
    closing.open();
    await closed;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 1, drained: 2 } });
  });
});
