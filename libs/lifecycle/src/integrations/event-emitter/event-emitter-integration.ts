import { instanceWith } from '../foreign-instances.js';
import { type Integration } from '../integration.js';
import { LOADER } from './package-parts.js';

/** `@nestjs/event-emitter`: listeners marked with `@OnEvent()`. Read in 3.1.0 and 12.0.1, with eventemitter2 6.4.9. */
export const eventEmitterIntegration: Integration = {
  name: '@nestjs/event-emitter',
  sees: ['events'],
  isMarked: (provider) => instanceWith(provider, LOADER) !== undefined,
  load: async () => (await import('./followed-listeners.js')).followListeners,
};
