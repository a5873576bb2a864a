import {
  Body,
  type CanActivate,
  Controller,
  Get,
  Inject,
  Injectable,
  type MessageEvent,
  Post,
  Res,
  Sse,
  StreamableFile,
  UseGuards,
} from '@nestjs/common';
import { PassThrough } from 'node:stream';
import { Subject } from 'rxjs';
import { Gate } from './gate.js';

/** What the test opens, writes and ends. One per test. */
export class RouteControls {
  readonly gate = new Gate();
  readonly last = new Gate();
  readonly stream = new PassThrough();
  readonly events = new Subject<MessageEvent>();
}

/** What Express' response and Fastify's reply have in common. */
interface Reply {
  send(body: string): unknown;
}

@Injectable()
class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

/** One route for every way a request can go. */
@Controller()
export class TrackedController {
  constructor(@Inject(RouteControls) private readonly controls: RouteControls) {}

  @Get('plain')
  plain(): string {
    return 'plain';
  }

  @Get('broken')
  broken(): never {
    throw new Error('broken on purpose');
  }

  @UseGuards(ClosedGuard)
  @Get('guarded')
  guarded(): string {
    return 'never';
  }

  @Post('body')
  body(@Body() body: unknown): unknown {
    return body;
  }

  @Get('res')
  res(@Res() reply: Reply): void {
    void reply.send('by hand');
  }

  @Get('waits/:id')
  async waits(): Promise<string> {
    await this.controls.gate.pass();
    return 'waited';
  }

  @Get('last')
  async lastOne(): Promise<string> {
    await this.controls.last.pass();
    return 'last';
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(this.controls.stream, { type: 'text/plain' });
  }

  @Sse('events')
  events(): Subject<MessageEvent> {
    return this.controls.events;
  }
}
