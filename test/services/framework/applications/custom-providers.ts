import { Controller, Get, Inject, Injectable, Optional } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'custom and asynchronous providers: values, classes, factories, aliases, optional ones',
  kinds: HTTP,
  module: ({ journal }) => {
    @Injectable()
    class Kitchen {
      readonly name: string = 'kitchen';
    }
    @Injectable()
    class BigKitchen extends Kitchen {
      override readonly name: string = 'big kitchen';
    }
    @Controller()
    class HomeController {
      constructor(
        private readonly kitchen: Kitchen,
        @Inject('ALIAS') private readonly alias: Kitchen,
        @Inject('CONNECTION') private readonly connection: object,
        @Optional() @Inject('NOTHING') private readonly nothing?: object,
      ) {}

      @Get()
      home(): object {
        const { kitchen, alias, connection, nothing } = this;
        return { kitchen: kitchen.name, isAlias: alias === kitchen, connection, nothing: nothing === undefined };
      }
    }
    return {
      controllers: [HomeController],
      providers: [
        { provide: Kitchen, useClass: BigKitchen },
        { provide: 'ALIAS', useExisting: Kitchen },
        {
          provide: 'CONNECTION',
          inject: [Kitchen, { token: 'NOTHING', optional: true }],
          useFactory: async ({ name }: Kitchen, nothing?: object) => {
            await new Promise((resolve) => setImmediate(resolve));
            journal.note('connected');
            return { to: name, nothing: nothing === undefined };
          },
        },
      ],
    };
  },
  exchanges: [get('/')],
};
