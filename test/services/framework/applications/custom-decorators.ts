import {
  applyDecorators,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpCode,
  SetMetadata,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, Reflector } from '@nestjs/core';
import { type IncomingMessage } from 'node:http';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

const User = createParamDecorator((field: string | undefined, context: ExecutionContext) => {
  const user = { name: String(context.switchToHttp().getRequest<IncomingMessage>().headers['x-user']), age: 36 };
  return field === undefined ? user : user[field as keyof typeof user];
});
const Teapot = (): MethodDecorator => applyDecorators(HttpCode(203), SetMetadata('pot', 'tea'));
const Feature = DiscoveryService.createDecorator<string>();

export const application: FrameworkApplication = {
  shows: 'decorators of the application: parameters, composition, discovery',
  kinds: HTTP,
  module: () => {
    @Feature('reports')
    class Reports {}
    @Controller()
    class UsersController {
      constructor(
        private readonly reflector: Reflector,
        private readonly discovery: DiscoveryService,
      ) {}

      @Get('user')
      user(@User() user: object, @User('name') name: string): object {
        return { user, name };
      }

      @Get('pot')
      @Teapot()
      pot(): string {
        return this.reflector.get<string>('pot', Reflect.get(this, 'pot') as () => string);
      }

      @Get('features')
      features(): (string | undefined)[] {
        return this.discovery
          .getProviders({ metadataKey: Feature.KEY })
          .map((wrapper) => this.discovery.getMetadataByDecorator(Feature, wrapper));
      }
    }
    return { imports: [DiscoveryModule], controllers: [UsersController], providers: [Reports] };
  },
  exchanges: [get('/user', { 'x-user': 'Ada' }), get('/pot'), get('/features')],
};
