import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Caller } from '../../stack/access.js';
import { Diagrams } from './diagrams.js';

/** Lets in the owner of the diagram `:id`. It stands behind `AccessGuard`; a guard, so that no event stream is begun for others. */
@Injectable()
export class OwnerGuard implements CanActivate {
  constructor(private readonly diagrams: Diagrams) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { params, caller } = context
      .switchToHttp()
      .getRequest<{ readonly params: { readonly id: string }; readonly caller: Caller }>();
    await this.diagrams.ofOwner(params.id, caller.sub);
    return true;
  }
}
