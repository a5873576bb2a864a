import {
  All,
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Head,
  HttpCode,
  HttpException,
  Inject,
  Post,
  Redirect,
  Res,
  Scope,
  type Type,
  UseFilters,
  UseInterceptors,
  Version,
} from '@nestjs/common';
import { RouteConfig, RouteConstraints } from '@nestjs/platform-fastify';
import { InFlightInterceptor } from 'nestjs-lifecycle';
import { from, type Observable } from 'rxjs';
import { Gate } from './gate.js';
import type { Adapter } from './http-app.js';

@Catch()
class TeapotFilter implements ExceptionFilter {
  catch(_error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<{ status(code: number): { send(body: string): unknown } }>();
    void reply.status(418).send('teapot');
  }
}

/** Of every kind of route one, which waits at the gate. */
@Controller()
export class RoutesController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @All('all')
  async all(): Promise<string> {
    await this.gate.pass();
    return 'all';
  }

  @Get(['one', 'other'])
  async several(): Promise<string> {
    await this.gate.pass();
    return 'several';
  }

  @Get('passthrough')
  async passthrough(@Res({ passthrough: true }) reply: { status(code: number): unknown }): Promise<string> {
    reply.status(202);
    await this.gate.pass();
    return 'passed through';
  }

  @Redirect('/elsewhere', 301)
  @Get('redirected')
  async redirected(): Promise<{ url: string }> {
    await this.gate.pass();
    return { url: '/there' };
  }

  @UseFilters(TeapotFilter)
  @Get('filtered')
  async filtered(): Promise<never> {
    await this.gate.pass();
    throw new Error('on purpose');
  }

  @Get('failing')
  async failing(): Promise<never> {
    await this.gate.pass();
    throw new HttpException('on purpose', 409);
  }

  @Get('observed')
  observed(): Observable<string> {
    return from(this.gate.pass().then(() => 'observed'));
  }

  @UseInterceptors(InFlightInterceptor)
  @Get('intercepted')
  async intercepted(): Promise<string> {
    await this.gate.pass();
    return 'intercepted';
  }

  @HttpCode(204)
  @Head('head')
  async head(): Promise<void> {
    await this.gate.pass();
  }

  @Post('created')
  async created(): Promise<string> {
    await this.gate.pass();
    return 'created';
  }

  @RouteConfig({ tenant: 'a' })
  @RouteConstraints({ host: 'constrained.example.com' })
  @Get('constrained')
  async constrained(@Res({ passthrough: true }) reply: object): Promise<unknown> {
    await this.gate.pass();
    return 'request' in reply
      ? (reply.request as { routeOptions: { config: { tenant: string } } }).routeOptions.config.tenant
      : 'a';
  }
}

/** Made anew for every request. */
@Controller({ path: 'scoped', scope: Scope.REQUEST })
export class ScopedController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get()
  async scoped(): Promise<string> {
    await this.gate.pass();
    return 'scoped';
  }

  @UseInterceptors(InFlightInterceptor)
  @Get('intercepted')
  async intercepted(): Promise<string> {
    await this.gate.pass();
    return 'scoped';
  }
}

/** Two routes of one path. */
@Controller({ path: 'versioned', version: '1' })
export class VersionedController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get()
  async first(): Promise<string> {
    await this.gate.pass();
    return 'first';
  }

  @Version('2')
  @Get()
  async second(): Promise<string> {
    await this.gate.pass();
    return 'second';
  }
}

/** For some hosts only. */
@Controller({ path: 'hosted', host: ':tenant.example.com' })
export class HostedController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get()
  async hosted(): Promise<string> {
    await this.gate.pass();
    return 'hosted';
  }
}

/** Of a module that `RouterModule` has put below another path. */
@Controller({ path: 'below' })
export class BelowController {
  constructor(@Inject(Gate) private readonly gate: Gate) {}

  @Get()
  async below(): Promise<string> {
    await this.gate.pass();
    return 'below';
  }
}

/** As each framework writes it. */
const WILDCARD: Readonly<Record<Adapter, string>> = { express: 'files/*path', fastify: 'files/*' };

/** Of paths below one, whatever they are. */
export function wildcardController(adapter: Adapter): Type<unknown> {
  @Controller()
  class WildcardController {
    constructor(@Inject(Gate) private readonly gate: Gate) {}

    @Get(WILDCARD[adapter])
    async wildcard(): Promise<string> {
      await this.gate.pass();
      return 'wildcard';
    }
  }
  return WildcardController;
}
