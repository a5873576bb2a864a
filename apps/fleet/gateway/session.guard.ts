import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CORRELATION_HEADER } from '../stack/request-log.js';
import { Upstreams } from './upstreams.js';

/** Lets in whose session is open: asked of the service `auth` each time, so that who has signed out is out at once. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(private readonly upstreams: Upstreams) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const { statusCode, body } = await this.upstreams.auth.ask({
      method: 'GET',
      path: '/v1/auth/session',
      headers: { authorization: headers.authorization, [CORRELATION_HEADER]: headers[CORRELATION_HEADER] },
    });
    await body.dump();
    if (statusCode === 200) return true;
    if (statusCode === 401) throw new UnauthorizedException('No valid token: POST /v1/auth/sessions answers with one');
    // Nobody is signed out because `auth` has a problem.
    throw new ServiceUnavailableException('The service auth cannot say whether the session is open, please retry');
  }
}
