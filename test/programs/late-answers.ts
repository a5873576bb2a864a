import 'reflect-metadata';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import {
  type CanActivate,
  ConflictException,
  Controller,
  Get,
  Header,
  Injectable,
  Module,
  Redirect,
  Res,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { GracefulShutdown, GracefulShutdownModule, OnGracefulShutdown } from 'nestjs-lifecycle';
import { from, type Observable } from 'rxjs';
import { createApp } from './create-app.js';
import { released, step } from './faults.js';

/**
 * A service whose every handler answers after the drain's deadline, in all the ways there are to answer. Prints
 * `step: waiting <name>` and `step: answered <name>`.
 */

/** Express' response, or Fastify's reply. */
type Reply = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown; send(body: unknown): unknown };

const isExpress = (reply: Reply): reply is ServerResponse => !('hijack' in reply);

function nodeResponse(reply: Reply): ServerResponse {
  if (isExpress(reply)) return reply;
  reply.hijack();
  return reply.raw;
}

/** Waits until the test says that the deadline is over. */
async function late(name: string): Promise<void> {
  step(`waiting ${name}`);
  await released('answer');
  // What follows comes to the same turn.
  void Promise.resolve().then(() => step(`answered ${name}`));
}

@Injectable()
class LateGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    await late('guard');
    return true;
  }
}

@Controller()
class LateController {
  @Get('json')
  @Header('X-Late', 'yes')
  async json(): Promise<object> {
    await late('json');
    return { late: true };
  }

  @Get('file')
  async file(): Promise<StreamableFile> {
    await late('file');
    return new StreamableFile(Readable.from(['late', 'file']), { type: 'text/plain' });
  }

  @Get('redirect')
  @Redirect('/elsewhere')
  async redirect(): Promise<{ url: string }> {
    await late('redirect');
    return { url: '/there' };
  }

  @Get('throws')
  async throws(): Promise<never> {
    await late('throws');
    throw new Error('on purpose');
  }

  @Get('conflict')
  async conflict(): Promise<never> {
    await late('conflict');
    throw new ConflictException();
  }

  @Get('observable')
  observable(): Observable<string> {
    return from(late('observable').then(() => 'late'));
  }

  @UseGuards(LateGuard)
  @Get('guard')
  guard(): string {
    return 'late';
  }

  @Get('middleware')
  middleware(): string {
    return 'late';
  }

  @Get('passthrough')
  async passthrough(
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<string> {
    await late('passthrough');
    reply.header('X-Late', 'yes');
    return 'late';
  }

  @Get('send')
  async send(@Res() reply: Reply & { send(body: unknown): unknown }): Promise<void> {
    await late('send');
    reply.send({ late: true });
  }

  @Get('piped')
  async piped(@Res() reply: Reply): Promise<void> {
    await late('piped');
    const body = Readable.from(['late', 'stream']);
    if (isExpress(reply)) body.pipe(reply);
    else reply.send(body);
  }

  @Get('written')
  async written(@Res() reply: Reply): Promise<void> {
    const response = nodeResponse(reply);
    await late('written');
    response.statusCode = 200;
    response.setHeader('X-Late', 'yes');
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.flushHeaders();
    response.write('late', () => undefined);
    response.end('later');
  }

  /** The head and a part of the body are gone when the deadline comes. */
  @Get('begun')
  async begun(@Res() reply: Reply): Promise<void> {
    const response = nodeResponse(reply);
    response.writeHead(200, { 'Content-Type': 'text/plain' });
    response.write('early');
    await late('begun');
    response.write('late');
    response.end();
  }

  @Get('download')
  download(): StreamableFile {
    const body = new PassThrough();
    body.write('early');
    void late('download').then(() => body.end('late'));
    return new StreamableFile(body);
  }
}

@Injectable()
class Keeper {
  /** The process stays until the test has seen enough. */
  @OnGracefulShutdown(50)
  async keep(): Promise<void> {
    step('closing');
    await released('finish');
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

@Module({
  imports: [GracefulShutdownModule.forRoot({ gracePeriod: '60s', drainTimeout: '400ms', hookBudget: '30s' })],
  controllers: [LateController],
  providers: [LateGuard, Keeper],
})
class LateModule {}

async function main(): Promise<void> {
  // Every handler waits for a message of its own.
  process.setMaxListeners(0);
  const app = await createApp(LateModule);
  app.use('/middleware', async (_request: IncomingMessage, _response: ServerResponse, next: () => void) => {
    await late('middleware');
    next();
  });
  app.enableShutdownHooks();
  process.on('exit', () => console.log(`report: ${JSON.stringify(app.get(GracefulShutdown).report)}`));
  await app.listen(0, '127.0.0.1');
  // A TCP server's address is an object.
  console.log(`listening on ${((app.getHttpServer() as Server).address() as AddressInfo).port}`);
}

void main();
