import { Controller, Get, Module } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get, refused } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'the router module: nested prefixes of modules',
  kinds: HTTP,
  module: () => {
    @Controller('orders')
    class OrdersController {
      @Get()
      list(): string {
        return 'orders';
      }
    }
    @Controller()
    class AdminController {
      @Get()
      index(): string {
        return 'admin';
      }
    }
    @Module({ controllers: [OrdersController] })
    class OrdersModule {}
    @Module({ controllers: [AdminController] })
    class AdminModule {}
    return {
      imports: [
        AdminModule,
        OrdersModule,
        RouterModule.register([
          { path: 'admin', module: AdminModule, children: [{ path: 'shop/:shop', module: OrdersModule }] },
        ]),
      ],
    };
  },
  exchanges: [get('/admin'), get('/admin/shop/7/orders'), refused(404, '/orders')],
};
