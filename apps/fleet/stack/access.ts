import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';

/** Who sent a request, as its token says. */
export interface Caller {
  /** The user's id. */
  readonly sub: string;
  /** The session's id. */
  readonly sid: string;
}

interface AccessRequest {
  readonly headers: { readonly authorization?: string };
  caller?: Caller;
}

/** Lets in who has a token of ours. Whether the session is still open is what the gateway asks the service `auth`. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly tokens: JwtService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AccessRequest>();
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    request.caller = await callerOf(this.tokens, token);
    return true;
  }
}

/** The parameter of a handler that {@link AccessGuard} guards: its {@link Caller}. */
export const FromCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AccessRequest>();
  if (caller === undefined) throw new Error('no caller is known here: write @UseGuards(AccessGuard)');
  return caller;
});

/** @throws {UnauthorizedException} when it is not a token of ours, or is too old */
export async function callerOf(tokens: JwtService, token: string): Promise<Caller> {
  try {
    const { sub, sid } = await tokens.verifyAsync<Caller>(token);
    return { sub, sid };
  } catch {
    throw new UnauthorizedException('No valid token: POST /v1/auth/sessions answers with one');
  }
}
