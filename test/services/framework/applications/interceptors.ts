import {
  BadGatewayException,
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  RequestTimeoutException,
  UseInterceptors,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { catchError, map, NEVER, type Observable, of, tap, throwError, timeout } from 'rxjs';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'interceptors: before and after, mapping, errors, answers instead of the handler, time limits',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class NotingInterceptor implements NestInterceptor {
      intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
        const name = context.getHandler().name;
        journal.note(`before ${name}`);
        return next
          .handle()
          .pipe(tap({ next: () => journal.note(`after ${name}`), error: () => journal.note(`failed ${name}`) }));
      }
    }
    class WrappingInterceptor implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(map((data: unknown) => ({ data })));
      }
    }
    class CachedInterceptor implements NestInterceptor {
      intercept(): Observable<unknown> {
        return of('from the cache');
      }
    }
    class ErrorInterceptor implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(catchError(() => throwError(() => new BadGatewayException())));
      }
    }
    class TimeoutInterceptor implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(
          timeout(50),
          catchError(() => throwError(() => new RequestTimeoutException())),
        );
      }
    }
    @Controller()
    class CatsController {
      @Get('wrapped')
      @UseInterceptors(new WrappingInterceptor())
      wrapped(): string[] {
        return ['Tom'];
      }

      @Get('cached')
      @UseInterceptors(CachedInterceptor)
      cached(): string {
        journal.note('never called');
        return 'fresh';
      }

      @Get('failing')
      @UseInterceptors(ErrorInterceptor)
      failing(): never {
        throw new Error('upstream');
      }

      @Get('slow')
      @UseInterceptors(TimeoutInterceptor)
      slow(): Observable<never> {
        return NEVER;
      }
    }
    return { controllers: [CatsController], providers: [{ provide: APP_INTERCEPTOR, useClass: NotingInterceptor }] };
  },
  exchanges: [get('/wrapped'), get('/cached'), refused(502, '/failing'), refused(408, '/slow')],
};
