import { Controller, Get } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { SkipThrottle, Throttle, ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'rate limits with @nestjs/throttler',
  kinds: HTTP,
  module: () => {
    @Controller()
    class LimitedController {
      @Get('three')
      three(): string {
        return 'three';
      }

      @Throttle({ default: { limit: 1, ttl: 60_000 } })
      @Get('once')
      once(): string {
        return 'once';
      }

      @SkipThrottle()
      @Get('free')
      free(): string {
        return 'free';
      }
    }
    return {
      imports: [ThrottlerModule.forRoot([{ ttl: 60_000, limit: 3 }])],
      controllers: [LimitedController],
      providers: [{ provide: APP_GUARD, useClass: ThrottlerGuard }],
    };
  },
  // How many seconds are left depends on the clock.
  masks: [/(?<=(reset|retry-after)[a-z-]*: )\d+/gi],
  exchanges: [
    get('/three'),
    get('/three'),
    get('/three'),
    refused(429, '/three'),
    get('/once'),
    refused(429, '/once'),
    get('/free'),
  ],
};
