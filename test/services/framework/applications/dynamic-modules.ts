import {
  ConfigurableModuleBuilder,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
} from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

export const application: FrameworkApplication = {
  shows: 'dynamic modules: by hand, with ConfigurableModuleBuilder, asynchronous, global',
  kinds: HTTP,
  module: () => {
    const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<{ unit: string }>()
      .setClassMethodName('forRoot')
      .build();
    @Injectable()
    class Scale {
      constructor(@Inject(MODULE_OPTIONS_TOKEN) private readonly options: { unit: string }) {}

      weigh(): string {
        return `3 ${this.options.unit}`;
      }
    }
    @Module({ providers: [Scale], exports: [Scale] })
    class ScaleModule extends ConfigurableModuleClass {}

    @Module({})
    class NamesModule {
      static register(name: string): DynamicModule {
        return {
          module: NamesModule,
          global: true,
          providers: [{ provide: 'NAME', useValue: name }],
          exports: ['NAME'],
        };
      }
    }
    @Controller()
    class CatsController {
      constructor(
        private readonly scale: Scale,
        @Inject('NAME') private readonly name: string,
      ) {}

      @Get()
      show(): string {
        return `${this.name} weighs ${this.scale.weigh()}`;
      }
    }
    @Module({
      imports: [
        ScaleModule.forRootAsync({ inject: ['NAME'], useFactory: async (name: string) => ({ unit: `kg of ${name}` }) }),
      ],
      controllers: [CatsController],
    })
    class CatsModule {}
    return { imports: [CatsModule, NamesModule.register('Tom')] };
  },
  exchanges: [get('/')],
};
