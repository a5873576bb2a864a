import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { type FrameworkApplication } from '../run/application.js';
import { type Journal } from '../run/journal.js';
import { exchange } from '../run/exchanges.js';

/** A class that notes every hook of Nest, each of which takes a moment. */
function noting(name: string, journal: Journal) {
  const note = async (hook: string): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    journal.note(`${name} ${hook}`);
  };
  return class {
    onModuleInit = (): Promise<void> => note('onModuleInit');
    onApplicationBootstrap = (): Promise<void> => note('onApplicationBootstrap');
    onModuleDestroy = (): Promise<void> => note('onModuleDestroy');
    beforeApplicationShutdown = (): Promise<void> => note('beforeApplicationShutdown');
    onApplicationShutdown = (): Promise<void> => note('onApplicationShutdown');
  };
}

export const application: FrameworkApplication = {
  shows: 'lifecycle events: the hooks of modules, providers and controllers, in order',
  kinds: ['express', 'fastify', 'context'],
  module: ({ journal, kind }) => {
    @Injectable()
    class Deep extends noting('deep provider', journal) {}
    @Module({ providers: [Deep] })
    class DeepModule extends noting('deep module', journal) {}
    @Controller()
    class Shallow extends noting('controller', journal) {
      @Get()
      home(): string {
        return 'home';
      }
    }
    @Module({ imports: [DeepModule], controllers: kind === 'context' ? [] : [Shallow] })
    class ShallowModule extends noting('module', journal) {}
    return { imports: [ShallowModule] };
  },
  exchanges: [exchange('a request', async ({ url, client }) => (url === '' ? 'no HTTP' : client.send({})))],
};
