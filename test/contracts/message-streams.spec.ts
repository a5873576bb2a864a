import { Controller, Module } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, type TcpContext } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule, LongLived, ShutdownSignal } from 'nestjs-lifecycle';
import { firstValueFrom, lastValueFrom, Observable, Subject, toArray } from 'rxjs';
import { type AppKind, startApp } from '../support/app-kinds.js';
import { turns, until } from '../support/event-loop.js';
import { messageClient } from '../support/message-client.js';
import { RecordingLogger } from '../support/recording-logger.js';

const MESSAGE_KINDS: readonly AppKind[] = ['microservice', 'hybrid'];

/** A microservice that streams. */
async function startService(kind: AppKind) {
  const feed = new Subject<number>();
  const finite = new Subject<number>();
  const signals: AbortSignal[] = [];
  const subscribers = { count: 0 };
  /** As Nest's own example of a broadcast: one value, and no end. */
  const broadcast = new Observable<number>((subscriber) => {
    subscribers.count += 1;
    subscriber.next(1);
    return () => (subscribers.count -= 1);
  });

  @Controller()
  class MessageController {
    @MessagePattern('broadcast')
    broadcast(): Observable<number> {
      return broadcast;
    }

    @LongLived()
    @MessagePattern({ role: 'news', cmd: 'feed' })
    feed(): Observable<number> {
      return feed;
    }

    @LongLived(false)
    @MessagePattern('finite')
    finite(): Observable<number> {
      return finite;
    }

    @LongLived()
    @MessagePattern('poll')
    async poll(@ShutdownSignal() signal: AbortSignal): Promise<string> {
      signals.push(signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'nothing new';
    }

    @LongLived()
    @EventPattern('follow')
    follow(@Ctx() _context: TcpContext): Observable<number> {
      return broadcast;
    }
  }

  @Module({ imports: [GracefulShutdownModule.forRoot({ gracePeriod: '60s' })], controllers: [MessageController] })
  class Root {}

  const logger = new RecordingLogger();
  const { app, tcpPort = 0 } = await startApp(kind, Root, logger);
  const shutdown = app.get(GracefulShutdown);
  return { app, feed, finite, signals, subscribers, client: messageClient(tcpPort), shutdown, logger };
}

describe.each(MESSAGE_KINDS)('streams of message handlers (%s)', (kind) => {
  it('are ended when the service leaves: at once where they are marked, when they are silent otherwise', async () => {
    const { app, client, feed, signals, subscribers, shutdown, logger } = await startService(kind);
    const news = lastValueFrom(client.send<number>({ cmd: 'feed', role: 'news' }, {}).pipe(toArray()));
    const poll = firstValueFrom(client.send<string>('poll', {}));
    const broadcasts: number[] = [];
    const broadcast = new Promise((resolve) => {
      client.send<number>('broadcast', {}).subscribe({ next: (value) => broadcasts.push(value), error: resolve });
    });
    await lastValueFrom(client.emit('follow', {}), { defaultValue: undefined });
    await until('all of them are there', () => feed.observed && signals.length === 1 && subscribers.count === 2);
    feed.next(1);
    await until('a value has come', () => broadcasts.length === 1);
    expect(
      shutdown
        .inFlight()
        .items.map(({ name }) => name)
        .toSorted(),
    ).toEqual(['broadcast', 'cmd=feed, role=news', 'follow', 'poll']);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await app.close();
    expect(await news).toEqual([1]);
    expect(await poll).toBe('nothing new');
    expect(await broadcast).toMatchObject({ status: 'error', code: 'SHUTTING_DOWN' });
    expect(subscribers.count).toBe(0);
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [], inFlightAtStart: 4 } });
    expect(logger.texts('warn').filter((text) => text.includes('more to say'))).toEqual([]);
  });

  it('are waited for to their end where they are marked as finite', async () => {
    const { app, client, finite, shutdown } = await startService(kind);
    const values = lastValueFrom(client.send<number>('finite', {}).pipe(toArray()));
    await until('somebody listens', () => finite.observed);
    finite.next(1);
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(shutdown.inFlight().messages).toBe(1);
    finite.next(2);
    finite.complete();
    expect(await values).toEqual([1, 2]);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1, interrupted: [] } });
  });

  it('are no work any more when their client has gone', async () => {
    const { app, client, subscribers, finite, signals, shutdown } = await startService(kind);
    for (let n = 0; n < 15; n += 1) await firstValueFrom(client.send<number>('broadcast', n));
    client.send('finite', {}).subscribe({ error: () => undefined });
    client.send('poll', {}).subscribe({ error: () => undefined });
    await until('all of them are there', () => subscribers.count === 15 && finite.observed && signals.length === 1);
    expect(shutdown.inFlight().messages).toBe(17);
    await client.close();
    // What has been marked as finite may still write to the database.
    await until('one is left', () => shutdown.inFlight().messages === 1);
    expect(shutdown.inFlight().items).toEqual([expect.objectContaining({ name: 'finite' })]);
    finite.complete();
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { inFlightAtStart: 0 } });
  });
});
