import { type Integration } from '../integration.js';
import { processorOf, queueWithProcessors, workersIn } from './bullmq-parts.js';

/**
 * BullMQ: processors of `@nestjs/bullmq`, those that are given to `registerQueue()`, and workers that the application makes and
 * keeps in a provider. Read in @nestjs/bullmq 11.0.5 and 12.0.0, with bullmq 3.15, 4.18, 5.0, 5.41, 5.81 and 6.7.
 */
export const bullmqIntegration: Integration = {
  name: 'bullmq',
  sees: ['bullmq'],
  isMarked: (provider) =>
    processorOf(provider) !== undefined ||
    queueWithProcessors(provider) !== undefined ||
    workersIn(provider).length > 0,
  load: async () => (await import('./followed-bullmq.js')).followBullmq,
};
