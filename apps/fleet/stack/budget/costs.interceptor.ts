import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, from, type Observable, switchMap, throwError } from 'rxjs';
import type { Caller } from '../access.js';
import { Budget } from './budget.js';

const COSTS = 'fleet:costs';

/** What a call of this handler costs its caller, in dollars. It needs {@link CostsInterceptor}. */
export function Costs(dollars: number): MethodDecorator {
  return SetMetadata(COSTS, dollars);
}

/** Charges the caller before the handler runs, and gives it back when the handler fails. The answer says `X-Budget: warning`. */
@Injectable()
export class CostsInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly budget: Budget,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const dollars = this.reflector.get<number | undefined>(COSTS, context.getHandler());
    if (dollars === undefined) return next.handle();
    const http = context.switchToHttp();
    const { caller } = http.getRequest<{ caller: Caller }>();
    const charge = await this.budget.charge(caller.sub, dollars);
    http.getResponse<{ setHeader(name: string, value: string): void }>().setHeader('X-Budget', charge.status.level);
    return next
      .handle()
      .pipe(catchError((error: unknown) => from(charge.refund()).pipe(switchMap(() => throwError(() => error)))));
  }
}
