import { instanceWith } from '../foreign-instances.js';
import { type Integration } from '../integration.js';
import { EVENT_BUS, EXECUTING_BUS } from './package-parts.js';

/** `@nestjs/cqrs`: commands, queries, event handlers and sagas. Read in 11.0.3 and 12.0.0. */
export const cqrsIntegration: Integration = {
  name: '@nestjs/cqrs',
  sees: ['cqrs'],
  isMarked: (provider) => [EVENT_BUS, EXECUTING_BUS].some((bus) => instanceWith(provider, bus) !== undefined),
  load: async () => (await import('./followed-cqrs.js')).followCqrs,
};
