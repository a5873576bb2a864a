import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  SetMetadata,
  UnauthorizedException,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

const Roles = Reflector.createDecorator<string[]>();
const Public = (): MethodDecorator & ClassDecorator => SetMetadata('isPublic', true);

export const application: FrameworkApplication = {
  shows: 'guards: global by APP_GUARD, of a controller, of a route; roles by Reflector, and handlers known by identity',
  kinds: HTTP,
  module: ({ journal }) => {
    const allowed = new WeakSet<object>();
    const Known: MethodDecorator = (_, __, { value }: { value?: unknown }) => {
      if (typeof value === 'function') allowed.add(value);
    };

    @Injectable()
    class TokenGuard implements CanActivate {
      constructor(private readonly reflector: Reflector) {}

      canActivate(context: ExecutionContext): boolean {
        if (this.reflector.getAllAndOverride<boolean>('isPublic', [context.getHandler(), context.getClass()]))
          return true;
        const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
        if (headers.authorization === undefined) throw new UnauthorizedException('a token, please');
        return true;
      }
    }
    @Injectable()
    class RolesGuard implements CanActivate {
      constructor(private readonly reflector: Reflector) {}

      async canActivate(context: ExecutionContext): Promise<boolean> {
        const roles = this.reflector.get(Roles, context.getHandler());
        journal.note(`asked for ${String(roles)}`);
        return roles?.includes(String(context.switchToHttp().getRequest<IncomingMessage>().headers['x-role'])) ?? true;
      }
    }
    @Injectable()
    class IdentityGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        return allowed.has(context.getHandler());
      }
    }
    @Controller('vault')
    @UseGuards(RolesGuard)
    class VaultController {
      @Get()
      @Roles(['owner'])
      open(): string {
        return 'open';
      }

      @Public()
      @Get('outside')
      outside(): string {
        return 'outside';
      }

      @Known
      @Get('known')
      @UseGuards(IdentityGuard)
      known(): string {
        return 'known';
      }

      @Get('unknown')
      @UseGuards(new IdentityGuard())
      unknown(): string {
        return 'unknown';
      }
    }
    return {
      controllers: [VaultController],
      providers: [IdentityGuard, { provide: APP_GUARD, useClass: TokenGuard }],
    };
  },
  exchanges: [
    refused(401, '/vault'),
    refused(403, '/vault', { authorization: 'me' }),
    get('/vault', { authorization: 'me', 'x-role': 'owner' }),
    get('/vault/outside'),
    get('/vault/known', { authorization: 'me' }),
    refused(403, '/vault/unknown', { authorization: 'me' }),
  ],
};
