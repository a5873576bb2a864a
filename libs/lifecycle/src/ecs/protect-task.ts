import { type Clock } from '../deadline/clock.js';
import { type HookRegistry } from '../hooks/hook-registry.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type EventLog } from '../events/event-log.js';
import { type Settings } from '../options/settings.js';
import { putProtection } from './protection-endpoint.js';
import { TaskProtection } from './task-protection.js';

/** How long giving it back may take at the end; the task is stopping anyway. */
const RELEASE_MS = 2000;

interface Parts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly inFlight: InFlightWork;
  readonly hooks: HookRegistry;
  readonly log: EventLog;
}

/**
 * Begins to protect the ECS task while there is work, where the options ask for that. What fails is logged, and the service goes
 * on. Returns its undo.
 */
export function protectTask({ settings, clock, inFlight, hooks, log }: Parts): () => void {
  const { enabled, ecsTaskProtection: expiresInMinutes } = settings;
  if (!enabled || expiresInMinutes === 0) return () => undefined;
  const agentUri = process.env['ECS_AGENT_URI'];
  if (agentUri === undefined || agentUri === '') {
    log.warn(
      'ecsTaskProtection is on, but ECS_AGENT_URI is not set, so no task is protected. ECS sets it on Fargate 1.4.0 and ' +
        'on instances whose agent is 1.65.0 or later. Elsewhere, leave ecsTaskProtection out.',
    );
    return () => undefined;
  }
  const put = putProtection.bind(undefined, agentUri);
  const protection = new TaskProtection({ clock, inFlight, expiresInMinutes, put, log });
  // The drain is over: nothing is in flight that the protection would be for.
  hooks.register(
    'ECS task protection',
    ({ remainingMs }) => protection.release(Math.min(RELEASE_MS, remainingMs / 2)),
    {
      priority: 90,
    },
  );
  protection.start();
  return () => protection.stop();
}
