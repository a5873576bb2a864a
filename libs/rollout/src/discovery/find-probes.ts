import { request } from 'node:http';
import { elapsed, systemClock } from '../clock/clock.js';
import { resolvedProbe } from '../scenario/resolve-probe.js';
import { type Probe } from '../scenario/scenario.js';
import { USUAL_LIVENESS, USUAL_READINESS } from './usual-probes.js';

/** Probes that nobody wrote, as far as the running service answers on the usual paths. */
export interface FoundProbes {
  readonly readiness: Probe;
  readonly liveness: Probe | undefined;
  /** Asks what liveness asks, and is patient. */
  readonly startup: Probe | undefined;
  /** What was found, in sentences. */
  readonly notes: readonly string[];
}

const TIMEOUT_MS = 2000;
/** How long a service that listens may take to be ready. */
const START_MS = 10_000;
const PAUSE_MS = 100;
/** Two minutes, for a laptop that is busy. */
const START_UP_FAILURES = 120;
/** Short, so that a rehearsal does not wait for its probes. */
const PERIOD_MS = 1000;

/** Asks a service that listens on `port`, whose manifests would call it `containerPort`. */
export async function findProbes(port: number, containerPort: number): Promise<FoundProbes> {
  const readiness = await firstThatPasses(port, USUAL_READINESS);
  const liveness = await firstThatPasses(port, USUAL_LIVENESS);
  const notes = [
    readiness === undefined
      ? `No usual readiness path answered (${USUAL_READINESS.join(', ')}), so pods are ready as soon as they listen.`
      : `Readiness: GET ${readiness}, found by asking.`,
    liveness === undefined ? 'No usual liveness path answered.' : `Liveness: GET ${liveness}, found by asking.`,
  ];
  const probe = (action: Probe['action']): Probe => resolvedProbe(action, PERIOD_MS);
  const get = (path: string): Probe => probe({ kind: 'http-get', path, containerPort, headers: {} });
  return {
    readiness: readiness === undefined ? probe({ kind: 'tcp-socket', containerPort }) : get(readiness),
    liveness: liveness === undefined ? undefined : get(liveness),
    startup: liveness === undefined ? undefined : { ...get(liveness), failureThreshold: START_UP_FAILURES },
    notes,
  };
}

/** One that fails now may pass once the service is ready, unless it has nothing there at all. */
async function firstThatPasses(port: number, paths: readonly string[]): Promise<string | undefined> {
  const until = performance.now() + START_MS;
  for (const path of paths) {
    for (let status = await ask(port, path); status !== undefined; status = await ask(port, path)) {
      if (status >= 200 && status < 400) return path;
      if (status < 500 || performance.now() > until) break;
      await elapsed(systemClock, PAUSE_MS);
    }
  }
  return undefined;
}

/** The status of the answer, if there is one. */
function ask(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const asked = request({ port, path, host: '127.0.0.1', agent: false, timeout: TIMEOUT_MS }, (answer) => {
      resolve(answer.statusCode);
      answer.destroy();
    });
    asked.on('timeout', () => asked.destroy());
    // Nobody answers there: that is what was asked.
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}
