import { type Provider } from '@nestjs/common';
import { ProductionReadiness } from './configuration/production-readiness.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { LivenessHealthIndicator } from './health/liveness.health-indicator.js';
import { Readiness } from './health/readiness.js';
import { ReadinessHealthIndicator } from './health/readiness.health-indicator.js';
import { StartupHealthIndicator } from './health/startup.health-indicator.js';
import { PhaseMachine } from './phase/phase-machine.js';
import { BackgroundTasks } from './tasks/background-tasks.js';
import { HandlerTracker } from './traffic/handlers/handler-tracker.js';
import { InFlightInterceptor } from './traffic/handlers/in-flight.interceptor.js';
import { LongLivedRequests } from './traffic/long-lived/long-lived-requests.js';
import { Wiring } from './wiring.js';

/** A part of {@link Wiring} that can be injected by itself. */
export function part<T>(token: abstract new (...args: never[]) => T, pick: (parts: Wiring) => T): Provider {
  return { provide: token, inject: [Wiring], useFactory: pick };
}

/** The classes may be of another copy, whose parts Nest does not know: they are made here, of ours. */
export const PUBLIC = [
  part(GracefulShutdown, (parts) => new GracefulShutdown(parts)),
  part(ProductionReadiness, ({ configuration }) => new ProductionReadiness(configuration)),
  part(BackgroundTasks, (parts) => new BackgroundTasks(parts)),
  part(ReadinessHealthIndicator, ({ readiness }) => new ReadinessHealthIndicator(readiness)),
  part(LivenessHealthIndicator, () => new LivenessHealthIndicator()),
  part(StartupHealthIndicator, ({ phases }) => new StartupHealthIndicator(phases)),
];

/** What these are made of, wherever Nest makes one by itself: an interceptor that is applied by hand, an indicator. */
export const NEEDED = [
  part(HandlerTracker, ({ own }) => own.handlers),
  part(LongLivedRequests, ({ own }) => own.longLived),
  part(InFlightInterceptor, ({ own }) => own.interceptor),
  part(PhaseMachine, ({ phases }) => phases),
  part(Readiness, ({ readiness }) => readiness),
];
