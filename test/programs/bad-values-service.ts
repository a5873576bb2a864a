import 'reflect-metadata';
import { Controller, Get, type LoggerService, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, type HookPhase } from 'nestjs-lifecycle';
import { concatMap, filter, from, map, throwError } from 'rxjs';
import { badCalls, badValues } from './bad-values.js';

/** A service in which everything that it hands to the library is bad, in every phase. `PLACE` says which part of it. */
const place = process.env['PLACE'] ?? '';

/** Types promise better; untyped code does not keep them. */
const bad = (value: unknown): never => value as never;

@Controller()
class Orders {
  @Get()
  list(): string {
    return 'orders';
  }
}

let calls = 0;
const nextCall = (): unknown => {
  const all = badCalls();
  calls += 1;
  return all[calls % all.length]?.call();
};

/** Bad for our lines alone: what it answers to those of Nest, Nest does not hear. */
const failForUs = (...args: unknown[]): unknown => (args.at(-1) === 'GracefulShutdown' ? nextCall() : undefined);

class BadLogger implements LoggerService {
  log = failForUs;
  warn = failForUs;
  error = failForUs;
  debug = failForUs;
}

function addHooks(shutdown: GracefulShutdown): void {
  for (const phase of ['lame-duck', 'draining', 'closing'] satisfies HookPhase[]) {
    for (const { name, call } of badCalls()) shutdown.register(`${phase} ${name}`, bad(call), { phase });
    for (const { name, value } of badValues()) {
      shutdown.register(bad(value), () => undefined, { phase });
      shutdown.register(`${phase} answers ${name}`, () => value, { phase, timeout: '100ms' });
      shutdown.register(`${phase} streams ${name}`, () => from([1]).pipe(concatMap(() => throwError(() => value))), {
        phase,
      });
    }
  }
}

function addWork(shutdown: GracefulShutdown): void {
  for (const { value } of badValues()) shutdown.track(bad(value));
  for (const { name, call } of badCalls()) void shutdown.track(name, call).catch(() => undefined);
}

function addSubscribers(shutdown: GracefulShutdown): void {
  for (const { call } of badCalls()) {
    shutdown.phase$.subscribe(() => bad(call()));
    shutdown.phase$.subscribe({ next: () => bad(call()), complete: () => bad(call()) });
    shutdown.phase$
      .pipe(
        map((phase) => phase.length),
        filter(Boolean),
      )
      .subscribe(() => bad(call()));
  }
  for (const { value } of badValues()) {
    const failing = map((): string => {
      throw value;
    });
    shutdown.phase$.pipe(failing).subscribe();
  }
}

async function start(): Promise<void> {
  @Module({
    imports: [
      GracefulShutdownModule.forRoot({
        drainTimeout: '300ms',
        hookBudget: '3s',
        correlationId: () => bad(nextCall()),
        lateRequestBody: () => bad(nextCall()),
      }),
    ],
    controllers: [Orders],
  })
  class AppModule {}
  const app = await NestFactory.create(AppModule);
  if (place === 'logger') app.useLogger(new BadLogger());
  app.enableShutdownHooks();
  const shutdown = app.get(GracefulShutdown);
  if (place === 'hooks') addHooks(shutdown);
  if (place === 'work') addWork(shutdown);
  if (place === 'subscribers') addSubscribers(shutdown);
  process.on('exit', () => {
    console.log(`outcome: ${shutdown.report?.outcome ?? 'no report'}`);
  });
  await app.listen(0, '127.0.0.1');
  // A reason is printed by all that is told of the shutdown.
  process.on('message', (index) => void shutdown.shutdown(bad(badValues()[Number(index)]?.value)));
  console.log(`listening on ${await app.getUrl()}`);
}

void start();
