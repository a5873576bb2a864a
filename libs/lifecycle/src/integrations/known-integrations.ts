import { bullIntegration } from './bull/bull-integration.js';
import { bullmqIntegration } from './bullmq/bullmq-integration.js';
import { cqrsIntegration } from './cqrs/cqrs-integration.js';
import { eventEmitterIntegration } from './event-emitter/event-emitter-integration.js';
import { type Integration } from './integration.js';
import { nestCommanderIntegration } from './nest-commander/nest-commander-integration.js';
import { rabbitmqIntegration } from './rabbitmq/rabbitmq-integration.js';
import { scheduleIntegration } from './schedule/schedule-integration.js';

/** Every integration there is. A new one is a folder beside this file, and a line here. */
export const INTEGRATIONS: readonly Integration[] = [
  bullmqIntegration,
  bullIntegration,
  scheduleIntegration,
  eventEmitterIntegration,
  cqrsIntegration,
  nestCommanderIntegration,
  rabbitmqIntegration,
];
