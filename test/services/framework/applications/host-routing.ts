import { Controller, Get, HostParam } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'sub-domain routing: controllers of one host, with parameters',
  kinds: HTTP,
  module: () => {
    @Controller({ host: 'admin.example.com' })
    class AdminController {
      @Get('admins')
      index(): string {
        return 'admins only';
      }
    }
    @Controller({ host: ':account.shop.example' })
    class ShopController {
      @Get('shop')
      index(@HostParam('account') account: string): string {
        return `shop of ${account}`;
      }
    }
    @Controller()
    class HomeController {
      @Get()
      index(): string {
        return 'home';
      }
    }
    return { controllers: [AdminController, ShopController, HomeController] };
  },
  exchanges: [
    get('/admins', { host: 'admin.example.com' }),
    refused(404, '/admins', { host: 'other.example' }),
    get('/shop', { host: 'ada.shop.example' }),
    get('/', { host: 'other.example' }),
  ],
};
