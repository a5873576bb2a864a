import { instanceWith } from '../foreign-instances.js';
import { type Integration } from '../integration.js';
import { CONNECTION, MANAGER } from './package-parts.js';

/** `@golevelup/nestjs-rabbitmq`: handlers of `@RabbitSubscribe()` and `@RabbitRPC()`. Read in 9.0.2, which is for Nest 11. */
export const rabbitmqIntegration: Integration = {
  name: '@golevelup/nestjs-rabbitmq',
  sees: ['rabbitmq'],
  isMarked: (provider) =>
    instanceWith(provider, CONNECTION) !== undefined || instanceWith(provider, MANAGER) !== undefined,
  load: async () => (await import('./followed-rabbitmq.js')).followRabbitmq,
};
