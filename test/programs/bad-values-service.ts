import 'reflect-metadata';
import { Controller, type DynamicModule, Get, Injectable, type LoggerService, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  GracefulShutdown,
  GracefulShutdownModule,
  type GracefulShutdownOptions,
  type HookPhase,
  OnGracefulShutdown,
} from 'nestjs-lifecycle';
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

/** Throws, rejects, or answers what never settles. */
const nextAnswer = (): unknown => {
  const values = badValues();
  return calls % 3 === 0 ? values[(calls += 1) % values.length]?.value : nextCall();
};

/** Bad for our lines alone: what it answers to those of Nest, Nest does not hear. */
const failForUs = (...args: unknown[]): unknown => (args.at(-1) === 'GracefulShutdown' ? nextAnswer() : undefined);

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

function addGates({ readiness }: GracefulShutdown): void {
  for (const { name, call } of badCalls()) readiness.addGate(name, bad(call), { timeout: '50ms' });
  for (const { name, value } of badValues())
    readiness.addGate(`answers ${name}`, () => bad(value), { timeout: '50ms' });
}

/** Its getters throw, whoever looks; a hook of it runs all the same. */
@Injectable()
class BadGetters {
  static get shutdown(): never {
    throw new Error('from a static getter');
  }

  get pool(): never {
    throw new Error('from a getter');
  }

  get close(): never {
    throw new Error('from a getter');
  }

  get check(): never {
    throw new Error('from a getter');
  }

  @OnGracefulShutdown()
  flush(): void {
    console.log('flushed');
  }
}

/** An application that may not start. */
async function create(name: string, module: DynamicModule): Promise<void> {
  @Module({ imports: [module] })
  class TriedModule {}
  try {
    const app = await NestFactory.create(TriedModule, { abortOnError: false, logger: false });
    await app.close();
    console.log(`created: ${name}`);
  } catch {
    console.log(`refused: ${name}`);
  }
}

/** Options whose fields cannot be read, or are bad. */
async function tryOptions(): Promise<void> {
  for (const field of ['enabled', 'gracePeriod', 'lameDuck', 'health', 'longLived', 'exempt']) {
    for (const { name, value } of badValues())
      await create(`${field}: ${name}`, GracefulShutdownModule.forRoot(bad({ [field]: value })));
    const options = Object.defineProperty({}, field, {
      enumerable: true,
      get: () => {
        throw new Error('from a getter');
      },
    });
    try {
      await create(`a getter ${field}`, GracefulShutdownModule.forRoot(bad(options)));
    } catch {
      console.log(`refused: a getter ${field}`);
    }
  }
}

/** Looking at these ends Nest itself, whatever factory rejects with them. */
const ENDS_NEST = /proxy|thenable|never settles/;

/** Factories of options that throw, reject, or return what is no options; one never returns. */
async function tryFactories(): Promise<void> {
  const tried = (name: string, useFactory: () => unknown): Promise<void> =>
    create(name, GracefulShutdownModule.forRootAsync({ useFactory: bad(useFactory) }));
  for (const { name, call } of badCalls()) if (!ENDS_NEST.test(name)) await tried(name, call);
  for (const { name, value } of badValues()) if (!ENDS_NEST.test(name)) await tried(name, () => value);
  void tried('never returns', () => new Promise<GracefulShutdownOptions>(() => undefined));
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
  if (place === 'options') await tryOptions();
  if (place === 'factories') await tryFactories();
  const providers: Type[] = place === 'getters' ? [BadGetters] : [];
  @Module({
    providers,
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
  if (place === 'gates') addGates(shutdown);
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
