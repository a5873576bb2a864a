import { instanceWith } from '../foreign-instances.js';
import { type Integration } from '../integration.js';
import { REGISTRY } from './package-parts.js';

/**
 * `@nestjs/schedule`: cron jobs, intervals and timeouts, those of decorators and those that the application adds to the
 * `SchedulerRegistry`. Read in 6.1.3 and 12.0.2, with cron 4.4.0.
 */
export const scheduleIntegration: Integration = {
  name: '@nestjs/schedule',
  sees: ['schedule'],
  isMarked: (provider) => instanceWith(provider, REGISTRY) !== undefined,
  load: async () => (await import('./followed-schedule.js')).followSchedule,
};
