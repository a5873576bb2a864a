import {
  type ArgumentsHost,
  Catch,
  ConflictException,
  Controller,
  type ExceptionFilter,
  Get,
  HttpException,
  UseFilters,
} from '@nestjs/common';
import { APP_FILTER, BaseExceptionFilter, HttpAdapterHost } from '@nestjs/core';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { refused } from '../run/exchanges.js';

class OutOfStock extends Error {}

export const application: FrameworkApplication = {
  shows: 'exception filters: of a route, for everything by APP_FILTER, and the one of Nest',
  kinds: HTTP,
  module: ({ journal }) => {
    @Catch()
    class EverythingFilter extends BaseExceptionFilter {
      override catch(exception: unknown, host: ArgumentsHost): void {
        journal.note(`everything: ${exception instanceof Error ? exception.message : String(exception)}`);
        // oxlint-disable-next-line promise/valid-params -- a filter of Nest, and no promise
        super.catch(exception, host);
      }
    }
    @Catch(OutOfStock)
    class StockFilter implements ExceptionFilter<OutOfStock> {
      constructor(private readonly adapters: HttpAdapterHost) {}

      catch(exception: OutOfStock, host: ArgumentsHost): void {
        const { httpAdapter } = this.adapters;
        const body = { stock: 'none', of: exception.message };
        httpAdapter.reply(host.switchToHttp().getResponse(), body, 410);
      }
    }
    @Controller()
    class ShopController {
      @Get('gone')
      @UseFilters(StockFilter)
      gone(): never {
        throw new OutOfStock('books');
      }

      @Get('conflict')
      async conflict(): Promise<never> {
        throw new ConflictException({ code: 'TAKEN' }, { cause: new Error('inside') });
      }

      @Get('teapot')
      teapot(): never {
        throw new HttpException('short and stout', 418);
      }

      @Get('broken')
      broken(): never {
        throw new TypeError('not for the client');
      }
    }
    return {
      controllers: [ShopController],
      providers: [StockFilter, { provide: APP_FILTER, useClass: EverythingFilter }],
    };
  },
  exchanges: [
    refused(410, '/gone'),
    refused(409, '/conflict'),
    refused(418, '/teapot'),
    refused(500, '/broken'),
    refused(404, '/nowhere'),
  ],
};
