import { describeError } from '../errors/lifecycle-error.js';

/** A route of the application that answers GET where one of our probes would. */
export interface CollidingRoute {
  /** As it was registered, such as `/health/:kind`. */
  readonly route: string;
  /** Whether it is for this path alone, or comes first for another reason: it answers, and not our probe. */
  readonly isExact: boolean;
}

/** A path of ours, and the routes of the application that match it. */
export interface Collision extends CollidingRoute {
  readonly path: string;
}

/** What a route of the application has to ask for, to say what our probe would. */
const INDICATORS: Readonly<Record<string, string>> = {
  live: 'LivenessHealthIndicator.isAlive()',
  ready: 'ReadinessHealthIndicator.isAcceptingTraffic()',
  startup: 'StartupHealthIndicator.isStarted()',
};

const ELSEWHERE = "health: { path: '/probes' }";

/** A route that takes whatever no other does: pages of a single-page application, say. */
const CATCH_ALL = /^\/?(\*|\{?\/?\*)/;

/** What is said of a route that collides with a probe, and how loudly. */
export function describeCollision({ path, route, isExact }: Collision): {
  readonly text: string;
  readonly isHarmless: boolean;
} {
  if (!isExact) {
    return {
      text:
        `GET ${path} is answered by the ready-made probe (option health), and not by the route GET ${route} of this ` +
        `application. To give it back to that route, serve the probes elsewhere: type ${ELSEWHERE}.`,
      isHarmless: CATCH_ALL.test(route),
    };
  }
  const indicator = INDICATORS[path.slice(path.lastIndexOf('/') + 1)] ?? 'our health indicators';
  return {
    text:
      `GET ${path} is answered by the route GET ${route} of this application, so the ready-made probe (option health) is not served there. That ` +
      `route knows of a shutdown only if it asks ${indicator}. To have both, type ${ELSEWHERE}.`,
    isHarmless: false,
  };
}

/** What is told while the probes are registered. */
export interface HealthRouteSteps {
  readonly onCollision: (collision: Collision) => void;
  readonly onError: (path: string, error: unknown) => void;
}

interface Log {
  log(text: string): void;
  warn(text: string): void;
}

/** Tells of routes that collide with the probes. */
export function warnOfCollisions(log: Log): HealthRouteSteps {
  return {
    onCollision: (collision) => {
      const { text, isHarmless } = describeCollision(collision);
      if (isHarmless) log.log(text);
      else log.warn(text);
    },
    onError: (path, error) => log.warn(`The ready-made probe GET ${path} cannot be served: ${describeError(error)}`),
  };
}
