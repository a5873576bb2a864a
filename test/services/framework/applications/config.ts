import { Controller, Get, Inject } from '@nestjs/common';
import { ConditionalModule, ConfigModule, ConfigService, type ConfigType, registerAs } from '@nestjs/config';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { get } from '../run/exchanges.js';

const shop = registerAs('shop', () => ({ name: 'books', open: 9 }));

export const application: FrameworkApplication = {
  shows: 'configuration: namespaces, partial registration, validation, conditional modules',
  kinds: HTTP,
  module: () => {
    @Controller()
    class ConfigController {
      constructor(
        private readonly config: ConfigService,
        @Inject(shop.KEY) private readonly books: ConfigType<typeof shop>,
      ) {}

      @Get()
      read(): object {
        return {
          books: this.books,
          open: this.config.get<number>('shop.open'),
          none: this.config.get<string>('NOT_SET', 'fallback'),
          checked: this.config.get<string>('CHECKED'),
        };
      }
    }
    return {
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          load: [shop],
          validate: (env) => ({ ...env, CHECKED: 'yes' }),
        }),
        ConfigModule.forFeature(registerAs('feature', () => ({ on: true }))),
        ConditionalModule.registerWhen(EventEmitterModule.forRoot(), 'NOT_SET', { timeout: 2000 }),
      ],
      controllers: [ConfigController],
    };
  },
  exchanges: [get('/')],
};
