import { Controller, Get, Injectable, SetMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown, type UnseenKind } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { ADAPTERS, startHttpApp } from '../support/http-app.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** The marks that the packages leave, by their own names. */
const onMethod = (key: string | symbol): MethodDecorator => SetMetadata(key, {});
const onClass = (key: string): ClassDecorator => SetMetadata(key, {});

@Injectable()
class Cleaner {
  @onMethod('SCHEDULE_CRON_OPTIONS')
  sweep(): void {}
}

@Injectable()
class Mails {
  @onMethod('EVENT_LISTENER_METADATA')
  onOrdered(): void {}
}

@onClass('__eventsHandler__')
class OrderPlacedHandler {}

@onClass('bullmq:processor_metadata')
class Invoices {}

@Injectable()
class Imports {
  @onMethod(Symbol('RABBIT_HANDLER'))
  consume(): void {}
}

@onClass('CommandBuilder:Command:Meta')
class ImportCommand {}

/** Nobody's marks may break the boot. */
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const ODD = { provide: 'odd', useFactory: (): object => new Proxy(Object.create(null) as object, {}) };

@Controller()
class Orders {
  @Get()
  list(): string {
    return 'orders';
  }
}

describe.each(ADAPTERS)('work that cannot be seen, on %s', (adapter) => {
  it('makes a clean end unverified, exit code 0, and names what it is and what to type', async () => {
    const { app, shutdown, logger } = await startHttpApp(adapter, {
      controllers: [Orders],
      providers: [Cleaner, Mails, OrderPlacedHandler, Invoices, Imports, ImportCommand, ODD],
    });
    await app.close();
    const kinds: UnseenKind[] = ['schedule', 'events', 'cqrs', 'rabbitmq', 'bullmq'];
    expect(shutdown.report).toMatchObject({
      outcome: 'unverified',
      exitCode: 0,
      unseen: kinds.map((kind) => expect.stringContaining(`acceptUnseen: ['${kind}']`) as unknown),
    });
    const [sentence] = shutdown.report?.unseen ?? [];
    expect(sentence).toContain('scheduled jobs (Cleaner.sweep) cannot be seen. Type @TrackInFlight() above each');
    const last = logger.lines.at(-1);
    expect(last?.level).toBe('warn');
    expect(String(last?.message)).toContain('@OnEvent() listeners (Mails.onOrdered)');
  });

  it('is clean again where the user has accepted it, and where there is none', async () => {
    const accepted = await startHttpApp(adapter, { options: { acceptUnseen: ['schedule'] }, providers: [Cleaner] });
    await accepted.app.close();
    expect(accepted.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
    const without = await startHttpApp(adapter, { controllers: [Orders] });
    await without.app.close();
    expect(without.shutdown.report).toMatchObject({ outcome: 'clean', unseen: [] });
  });
});

describe('an application without a server that a signal ends', () => {
  class Draining {
    @OnGracefulShutdown({ phase: 'draining' })
    wait(): void {}
  }

  class Closing {
    @OnGracefulShutdown()
    close(): void {}
  }

  const ended = async (providers: (new () => object)[], use?: (shutdown: GracefulShutdown) => unknown) => {
    await using service = await startService(async () => {
      class Root {}
      const imports = [GracefulShutdownModule.forRoot()];
      const module = { module: Root, imports, providers };
      const app = await NestFactory.createApplicationContext(module, { logger: new RecordingLogger() });
      app.enableShutdownHooks();
      return app;
    });
    await use?.(service.shutdown);
    service.signal();
    return await service.ended;
  };

  it('is unverified where nothing of its work was ever shown', async () => {
    expect(await ended([Closing])).toMatchObject({
      exitCode: 0,
      report: { outcome: 'unverified', unseen: [expect.stringContaining("acceptUnseen: ['script']")] },
    });
  });

  it('is clean where its work is tracked, or a hook waits for it', async () => {
    expect(await ended([Draining])).toMatchObject({ report: { outcome: 'clean' } });
    const tracked = await ended([], (shutdown) => shutdown.track('import', () => undefined));
    expect(tracked).toMatchObject({ report: { outcome: 'clean' } });
  });

  it('names the command that was cut', async () => {
    expect(await ended([ImportCommand])).toMatchObject({
      report: {
        outcome: 'unverified',
        unseen: [expect.stringMatching(/commands of nest-commander \(ImportCommand\) cannot/)],
      },
    });
  });

  it('is clean where its own code closes it', async () => {
    class Root {}
    const module = { module: Root, imports: [GracefulShutdownModule.forRoot()], providers: [ImportCommand] };
    const app = await NestFactory.createApplicationContext(module, { logger: new RecordingLogger() });
    const shutdown = app.get(GracefulShutdown);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });
});
