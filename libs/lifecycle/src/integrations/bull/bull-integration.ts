import { type Integration } from '../integration.js';
import { queueOf } from './bull-parts.js';

/** Bull: the queues of `@nestjs/bull`, with all their processors. Read in @nestjs/bull 11.0.5 and 12.0.0, with bull 4.16.5. */
export const bullIntegration: Integration = {
  name: 'bull',
  sees: ['bull'],
  isMarked: (provider) => queueOf(provider) !== undefined,
  load: async () => (await import('./followed-bull.js')).followBull,
};
