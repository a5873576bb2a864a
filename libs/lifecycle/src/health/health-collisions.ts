import { describeError } from '../errors/lifecycle-error.js';

/** A route of the application that answers GET on the path of one of our probes. */
export interface CollidingRoute {
  /** The path with which it was registered, such as `/health/:kind`. */
  readonly route: string;
  /** Whether it answers in place of our probe: it is for this exact path, or it was registered first. */
  readonly isExact: boolean;
}

/** A path of ours, and a route of the application that matches it. */
export interface Collision extends CollidingRoute {
  readonly path: string;
}

/** What a route of the application has to call to answer as our probe would. */
const INDICATORS: Readonly<Record<string, string>> = {
  live: 'LivenessHealthIndicator.isAlive()',
  ready: 'ReadinessHealthIndicator.isAcceptingTraffic()',
  startup: 'StartupHealthIndicator.isStarted()',
};

const ELSEWHERE = "health: { path: '/probes' }";

/** A route that matches every path, such as the one of a single-page application. */
const CATCH_ALL = /^\/?(\*|\{?\/?\*)/;

/** The log line about a route that collides with a probe, and its level. */
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

/** Called while the probes are registered. */
export interface HealthRouteSteps {
  readonly onCollision: (collision: Collision) => void;
  readonly onError: (path: string, error: unknown) => void;
}

interface Log {
  log(text: string): void;
  warn(text: string): void;
}

/** Warns of routes that collide with the probes. */
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
