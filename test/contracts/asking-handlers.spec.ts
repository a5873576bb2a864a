import {
  Controller,
  Get,
  type INestApplication,
  type INestMicroservice,
  Injectable,
  Module,
  type NestInterceptor,
  Post,
  Scope,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type ClientProxy, ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { GracefulShutdown, GracefulShutdownModule } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { firstValueFrom, from, map, type Observable } from 'rxjs';
import { ADAPTERS, ask, type HttpApp, startHttpApp, urlOf } from '../support/http-app.js';
import { until } from '../support/event-loop.js';
import { messageClient } from '../support/message-client.js';
import { RecordingLogger } from '../support/recording-logger.js';

let app: INestApplication;
let shutdown: GracefulShutdown;

@Injectable()
class Mapping implements NestInterceptor {
  intercept(_context: unknown, next: { handle(): Observable<unknown> }): Observable<unknown> {
    return next.handle().pipe(map((value) => value));
  }
}

@Injectable()
class Operations {
  async stop(): Promise<string> {
    await Promise.resolve();
    await app.close();
    return 'stopped';
  }
}

@Controller()
class Admin {
  readonly #operations = new Operations();

  @Post('await')
  async awaiting(): Promise<string> {
    await app.close();
    return 'stopped';
  }

  @Post('return')
  returning(): Promise<void> {
    return app.close();
  }

  @Post('below')
  async below(): Promise<string> {
    return await this.#operations.stop();
  }

  @Post('observable')
  observable(): Observable<void> {
    return from(app.close());
  }

  @Post('intercepted')
  @UseInterceptors(Mapping)
  async intercepted(): Promise<string> {
    await Promise.resolve();
    await app.close();
    return 'stopped';
  }

  @Post('task')
  task(): Promise<string> {
    return shutdown.track('deploy', async () => {
      await app.close();
      return 'stopped';
    });
  }

  @Get('only-begin')
  onlyBegin(): string {
    void app.close();
    return 'stopping';
  }

  @Post('shutdown')
  async shutdown(): Promise<string> {
    try {
      await shutdown.shutdown('an operator');
      return 'stopped';
    } catch (error) {
      return String(error);
    }
  }

  @MessagePattern('stop')
  async message(): Promise<string> {
    await app.close();
    return 'stopped';
  }
}

@Controller({ scope: Scope.REQUEST })
class Scoped {
  @Post('scoped')
  async scoped(): Promise<string> {
    await app.close();
    return 'stopped';
  }
}

async function start(adapter: (typeof ADAPTERS)[number]): Promise<HttpApp> {
  const started = await startHttpApp(adapter, { controllers: [Admin, Scoped] });
  ({ app, shutdown } = started);
  return started;
}

/** Until the shutdown that a handler has begun is over. */
async function ended(): Promise<void> {
  await app.close();
}

describe.each(ADAPTERS)('a handler that awaits the end of its own service (%s)', (adapter) => {
  it.each(['await', 'return', 'below', 'observable', 'intercepted', 'task', 'scoped'])(
    'answers, and the service stops without waiting for its time to be up: %s',
    async (path) => {
      const { url, logger } = await start(adapter);
      expect(await ask(url, { path: `/${path}`, method: 'POST' })).toMatchObject({ status: 201 });
      await ended();
      expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
      expect(logger.texts('warn').filter((text) => text.includes('awaits app.close()'))).toEqual([
        expect.stringMatching(
          path === 'task' ? /^(deploy|POST \/task) awaits app\.close\(\)/ : `^POST /${path} awaits`,
        ),
      ]);
    },
  );

  it('is not accused of waiting where it only begins the end', async () => {
    const { url, logger } = await start(adapter);
    expect(await ask(url, '/only-begin')).toMatchObject({ status: 200, body: 'stopping' });
    await ended();
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(logger.texts('warn')).toEqual([]);
  });

  it('gets an error from shutdown(), which has no report for it', async () => {
    let url = '';
    await using service = await startService(async () => {
      const started = await start(adapter);
      ({ url } = started);
      started.app.enableShutdownHooks();
      return started.app;
    });
    const answer = await ask(url, { path: '/shutdown', method: 'POST' });
    expect(answer.body).toContain('POST /shutdown awaits shutdown(), which waits for POST /shutdown');
    expect(await service.ended).toMatchObject({ report: { reason: 'an operator', requests: { interrupted: [] } } });
  });

  it('may be one of a message', async () => {
    const { logger } = await start(adapter);
    const options = { port: 0, host: '127.0.0.1' };
    const service = app.connectMicroservice({ transport: Transport.TCP, options });
    await app.startAllMicroservices();
    const client: ClientProxy = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { ...options, port: Number(new URL(urlOf(service.unwrap())).port) },
    });
    expect(await firstValueFrom(client.send('stop', {}))).toBe('stopped');
    await ended();
    client.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
    expect(logger.texts('warn').join('\n')).toContain('stop awaits app.close(), which waits for stop');
  });
});

describe('a message handler that awaits the end of its own microservice', () => {
  it('is answered, and the service stops without waiting for its time to be up', async () => {
    const asked: { app?: INestMicroservice } = {};

    @Controller()
    class Stopping {
      @MessagePattern('stop')
      async stop(): Promise<string> {
        await asked.app?.close();
        return 'stopped';
      }
    }

    @Module({ imports: [GracefulShutdownModule.forRoot()], controllers: [Stopping] })
    class Root {}

    const logger = new RecordingLogger();
    const options = { port: 0, host: '127.0.0.1' };
    asked.app = await NestFactory.createMicroservice(Root, { transport: Transport.TCP, options, logger });
    await asked.app.listen();
    const service = asked.app.get(GracefulShutdown);
    const port = Number(new URL(urlOf(asked.app.unwrap())).port);
    expect(await firstValueFrom(messageClient(port).send<string>('stop', {}))).toBe('stopped');
    // A second close() of a microservice does not wait for the first, in Nest.
    await until('it has ended', () => service.report !== undefined);
    expect(service.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
    expect(logger.texts('warn').join('\n')).toContain('stop awaits app.close(), which waits for stop');
  });
});
