import { Controller, forwardRef, Get, Inject, Injectable, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'circular dependencies of providers and modules, and ModuleRef',
  kinds: HTTP,
  module: () => {
    @Injectable()
    class Hen {
      constructor(@Inject(forwardRef(() => Egg)) private readonly egg: { name: string }) {}

      readonly name = 'hen';

      came(): string {
        return `${this.name} from ${this.egg.name}`;
      }
    }
    @Injectable()
    class Egg {
      readonly name = 'egg';

      constructor(@Inject(forwardRef(() => Hen)) private readonly hen: { name: string }) {}

      came(): string {
        return `${this.name} from ${this.hen.name}`;
      }
    }
    @Injectable()
    class Fresh {
      readonly age = 0;
    }
    @Controller()
    class FarmController {
      constructor(private readonly modules: ModuleRef) {}

      @Get()
      async farm(): Promise<object> {
        const fresh = await this.modules.create(Fresh);
        return {
          hen: this.modules.get(Hen, { strict: false }).came(),
          egg: this.modules.get(Egg, { strict: false }).came(),
          age: fresh.age,
        };
      }
    }
    @Module({ imports: [forwardRef(() => EggModule)], providers: [Hen], exports: [Hen] })
    class HenModule {}
    @Module({ imports: [forwardRef(() => HenModule)], providers: [Egg], exports: [Egg] })
    class EggModule {}
    return { imports: [HenModule, EggModule], controllers: [FarmController] };
  },
  exchanges: [get('/')],
};
