import { CACHE_MANAGER, CacheInterceptor, CacheKey, CacheModule, CacheTTL, type Cache } from '@nestjs/cache-manager';
import { Controller, Get, Inject, UseInterceptors } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'caching of answers and of values with @nestjs/cache-manager',
  kinds: HTTP,
  module: ({ journal }) => {
    @Controller()
    class PricesController {
      constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}

      @Get('prices')
      @UseInterceptors(CacheInterceptor)
      @CacheKey('prices')
      @CacheTTL(60_000)
      prices(): object {
        journal.note('prices looked up');
        return { tea: 3 };
      }

      @Get('value')
      async value(): Promise<object> {
        const before = (await this.cache.get<number>('count')) ?? 0;
        await this.cache.set('count', before + 1, 60_000);
        return { before };
      }
    }
    return { imports: [CacheModule.register()], controllers: [PricesController] };
  },
  exchanges: [get('/prices'), get('/prices'), get('/value'), get('/value')],
};
