import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'lazy modules, loaded by the first request that needs them',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class Heavy {
      constructor() {
        journal.note('heavy made');
      }

      lift(): string {
        return 'lifted';
      }
    }
    @Module({ providers: [Heavy], exports: [Heavy] })
    class HeavyModule {}
    @Controller()
    class LiftController {
      constructor(private readonly loader: LazyModuleLoader) {}

      @Get('lift')
      async lift(): Promise<string> {
        const loaded = await this.loader.load(() => HeavyModule);
        return loaded.get(Heavy).lift();
      }
    }
    return { controllers: [LiftController] };
  },
  exchanges: [get('/lift'), get('/lift')],
};
