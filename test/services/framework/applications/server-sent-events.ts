import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type MessageEvent,
  Param,
  Sse,
  UseGuards,
} from '@nestjs/common';
import { from, map, type Observable } from 'rxjs';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'server-sent events behind guards that know their handlers by identity',
  kinds: HTTP,
  module: ({ journal }) => {
    const allowed = new WeakSet<object>();
    const Known: MethodDecorator = (_, __, { value }: { value?: unknown }) => {
      if (typeof value === 'function') allowed.add(value);
    };
    class IdentityGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return allowed.has(context.getHandler());
      }
    }
    @Controller()
    class TicksController {
      @Sse('ticks')
      ticks(): Observable<MessageEvent> {
        journal.note('ticks asked for');
        return from([1, 2, 3]).pipe(map((tick) => ({ data: { tick }, id: String(tick), type: 'tick', retry: 1000 })));
      }

      @Known
      @Sse('guarded/:name')
      @UseGuards(new IdentityGuard())
      async guarded(@Param('name') name: string): Promise<Observable<MessageEvent>> {
        return from([{ data: `hello ${name}` }]);
      }

      @Sse('closed')
      @UseGuards(new IdentityGuard())
      closed(): Observable<MessageEvent> {
        return from([]);
      }

      @Known
      @Get('plain')
      @UseGuards(new IdentityGuard())
      plain(): string {
        return 'plain';
      }
    }
    return { controllers: [TicksController] };
  },
  exchanges: [get('/ticks'), get('/guarded/Tom'), refused(403, '/closed'), get('/plain')],
};
