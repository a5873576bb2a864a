import type { ServerResponse } from 'node:http';
import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MessageEvent,
  type NestInterceptor,
  Post,
  Res,
  Scope,
  Sse,
  SseSignal,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { PassThrough } from 'node:stream';
import { finalize, map, type Observable, Subject } from 'rxjs';
import { Gate } from './gate.js';
import { type Adapter, type HttpApp, type HttpAppParts, startHttpApp } from './http-app.js';

/** One event stream as its handler sees it. */
export interface Stream {
  readonly events: Subject<MessageEvent>;
  isTornDown: boolean;
  readonly signal?: AbortSignal;
}

/** What the test opens, writes and ends. One per test. */
class EventControls {
  /** In the order their handlers were called. */
  readonly streams: Stream[] = [];
  /** Answers that handlers write by hand. */
  readonly raw: ServerResponse[] = [];
  /** What handlers send as a file. */
  readonly files: PassThrough[] = [];
  /** The handler of `/pending` waits here before it has anything to subscribe to, that of `/slow` before it answers. */
  readonly gate = new Gate();

  open(signal?: AbortSignal): Observable<MessageEvent> {
    const stream: Stream = { events: new Subject(), isTornDown: false, ...(signal !== undefined && { signal }) };
    this.streams.push(stream);
    return stream.events.pipe(finalize(() => (stream.isTornDown = true)));
  }

  /** Node's response, from now on in the hands of the handler. */
  take(reply: Reply): ServerResponse {
    const response = nodeResponse(reply);
    this.raw.push(response);
    return response;
  }
}

export type EventStreamWorld = HttpApp & EventControls;

/** Express' response, or Fastify's reply. */
type Reply = ServerResponse | { readonly raw: ServerResponse; hijack(): unknown };

function nodeResponse(reply: Reply): ServerResponse {
  if (!('hijack' in reply)) return reply;
  reply.hijack();
  return reply.raw;
}

/** As users write them: made for their own messages, and for nothing else. */
@Injectable()
export class ShoutingInterceptor implements NestInterceptor<MessageEvent & { data: string }, MessageEvent> {
  intercept(_context: ExecutionContext, next: CallHandler<MessageEvent & { data: string }>): Observable<MessageEvent> {
    return next.handle().pipe(map((message) => ({ ...message, data: `${message.data.toUpperCase()}!` })));
  }
}

/** The ways to serve events that `@Sse()` has. */
export const SSE_PATHS = ['/plain', '/async', '/mapped', '/scoped/plain', '/scoped/mapped', '/signalled'] as const;
/** The ways to serve them without it. */
export const RAW_PATHS = ['/raw/write-head', '/raw/set-header', '/raw/flushed'] as const;

@Controller()
class EventsController {
  constructor(@Inject(EventControls) private readonly controls: EventControls) {}

  @Sse('plain')
  plain(): Observable<MessageEvent> {
    return this.controls.open();
  }

  @Sse('async')
  async asynchronous(): Promise<Observable<MessageEvent>> {
    await Promise.resolve();
    return this.controls.open();
  }

  @Sse('pending')
  async pending(): Promise<Observable<MessageEvent>> {
    await this.controls.gate.pass();
    return this.controls.open();
  }

  @UseInterceptors(ShoutingInterceptor)
  @Sse('mapped')
  mapped(): Observable<MessageEvent> {
    return this.controls.open();
  }

  @Sse('signalled')
  signalled(@SseSignal() signal: AbortSignal): Observable<MessageEvent> {
    return this.controls.open(signal);
  }

  @Get('slow')
  async slow(): Promise<string> {
    await this.controls.gate.pass();
    return 'slow';
  }
}

@UseInterceptors(ShoutingInterceptor)
@Controller({ path: 'scoped', scope: Scope.REQUEST })
class ScopedController {
  constructor(@Inject(EventControls) private readonly controls: EventControls) {}

  @Sse('plain')
  plain(): Observable<MessageEvent> {
    return this.controls.open();
  }

  @Sse('mapped')
  async mapped(): Promise<Observable<MessageEvent>> {
    await Promise.resolve();
    return this.controls.open();
  }
}

@Controller()
class ByHandController {
  constructor(@Inject(EventControls) private readonly controls: EventControls) {}

  @Get('raw/write-head')
  writeHead(@Res() reply: Reply): void {
    const response = this.controls.take(reply);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(': hello\n\n');
  }

  /** Its head is written with the first event. */
  @Get('raw/set-header')
  setHeader(@Res() reply: Reply): void {
    this.controls.take(reply).setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  }

  @Get('raw/flushed')
  flushed(@Res() reply: Reply): void {
    const response = this.controls.take(reply);
    response.setHeader('content-type', 'text/event-stream');
    response.flushHeaders();
  }

  /** As a completion that is streamed: it has an end, and no client asks for it a second time. */
  @Post('raw/completion')
  complete(@Res() reply: Reply): void {
    this.writeHead(reply);
  }

  @Get('file')
  file(): StreamableFile {
    const file = new PassThrough();
    this.controls.files.push(file);
    return new StreamableFile(file, { type: 'text/event-stream' });
  }
}

/** An application that serves events in every way Nest has. */
export async function startEventStreams(adapter: Adapter, parts: HttpAppParts = {}): Promise<EventStreamWorld> {
  const controls = new EventControls();
  const world = await startHttpApp(adapter, {
    ...parts,
    controllers: [EventsController, ScopedController, ByHandController],
    providers: [{ provide: EventControls, useValue: controls }],
  });
  return Object.assign(controls, world);
}
