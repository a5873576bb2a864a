import { ConfigurableModuleBuilder } from '@nestjs/common';
import { type GracefulShutdownOptions } from './options/graceful-shutdown-options.js';

/** `forRoot` and `forRootAsync` in Nest's own manner. */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<GracefulShutdownOptions>({
    optionsInjectionToken: Symbol.for('nestjs-lifecycle.options'),
  })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createGracefulShutdownOptions')
    .build();
