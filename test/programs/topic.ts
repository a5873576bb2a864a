import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Headers, type MessageEvent, Module, Sse } from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, type GracefulShutdownOptions } from 'nestjs-lifecycle';
import { concat, finalize, from, type Observable, Subject } from 'rxjs';
import { createApp } from './create-app.js';
import { released } from './faults.js';

/**
 * An instance of a service that tells its clients what is published. What is published comes as an IPC message, to
 * every instance; who comes back with a Last-Event-ID is told what it has missed. Prints `following from <id>`.
 */
const published: MessageEvent[] = [];
const live = new Subject<MessageEvent>();

process.on('message', ({ publish }: { publish?: string }) => {
  if (publish === undefined) return;
  const message = { id: publish, data: `news ${publish}` };
  published.push(message);
  live.next(message);
});

@Controller()
class TopicController {
  @Sse('news')
  news(@Headers('last-event-id') last?: string): Observable<MessageEvent> {
    console.log(`following from ${last ?? 'now'}`);
    const known = last === undefined ? published.length : published.findIndex(({ id }) => id === last) + 1;
    return concat(from(published.slice(known)), live).pipe(finalize(() => console.log('unfollowed')));
  }

  /** Answers once the test says so. */
  @Get('slow')
  async slow(): Promise<string> {
    console.log('slow');
    await released('slow');
    return 'slow';
  }
}

// Written as JSON by the test.
const options = JSON.parse(process.env['OPTIONS'] ?? '{}') as GracefulShutdownOptions;

@Module({ imports: [GracefulShutdownModule.forRoot(options)], controllers: [TopicController] })
class TopicModule {}

async function main(): Promise<void> {
  const app = await createApp(TopicModule);
  app.enableShutdownHooks();
  process.on('exit', () => console.log(`report: ${JSON.stringify(app.get(GracefulShutdown).report)}`));
  await app.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
