import { randomUUID } from 'node:crypto';
import { elapsed, systemClock } from '../clock/clock.js';
import { resolvedProbe } from '../scenario/resolve-probe.js';
import { type Probe } from '../scenario/scenario.js';
import { askGrpcHealth } from '../kubelet/grpc-health.js';
import { askPath, isAlike, type PathAnswer } from './ask-path.js';
import { USUAL_LIVENESS, USUAL_READINESS } from './usual-probes.js';

/** Probes for a scenario without any, as far as the running service answers on the usual paths. */
export interface FoundProbes {
  readonly readiness: Probe;
  readonly liveness: Probe | undefined;
  /** Asks what liveness asks, and is patient. */
  readonly startup: Probe | undefined;
  /** What was found, in sentences. */
  readonly notes: readonly string[];
}

/** How long a service that listens may take to be ready. */
const START_MS = 10_000;
const PAUSE_MS = 100;
/** Two minutes, for a laptop that is busy. */
const START_UP_FAILURES = 120;
/** Short, so that a rehearsal does not wait for its probes. */
const PERIOD_MS = 1000;

/** The probes of a service of gRPC: its health service, where it has one. It is no liveness probe, as it says NOT_SERVING while the service stops. */
export async function findGrpcProbes(port: number, containerPort: number): Promise<FoundProbes> {
  const { isSuccess } = await askGrpcHealth({ port, service: '', signal: AbortSignal.timeout(START_MS) });
  const action: Probe['action'] = isSuccess
    ? { kind: 'grpc', containerPort, service: '' }
    : { kind: 'tcp-socket', containerPort };
  const note = isSuccess
    ? 'Readiness: the health service of gRPC (grpc.health.v1.Health), found by asking.'
    : 'The service has no health service of gRPC (grpc.health.v1.Health), so pods are ready as soon as they listen.';
  return { readiness: resolvedProbe(action, PERIOD_MS), liveness: undefined, startup: undefined, notes: [note] };
}

/** Asks a service that listens on `port`, whose manifests would call it `containerPort`. When `end` fires it waits no longer for a good answer. */
export async function findProbes(port: number, containerPort: number, end?: AbortSignal): Promise<FoundProbes> {
  const readiness = await firstThatPasses({ port, end }, USUAL_READINESS);
  const liveness = await firstThatPasses({ port, end }, USUAL_LIVENESS);
  const notes = [
    readiness.found === undefined
      ? `No usual readiness path answered (${USUAL_READINESS.join(', ')}), so pods are ready as soon as they listen.`
      : `Readiness: GET ${readiness.found}, found by asking.`,
    liveness.found === undefined
      ? 'No usual liveness path answered.'
      : `Liveness: GET ${liveness.found}, found by asking.`,
    ...catchAllNote([...readiness.likeAny, ...liveness.likeAny]),
  ];
  const probe = (action: Probe['action']): Probe => resolvedProbe(action, PERIOD_MS);
  const get = (path: string): Probe => probe({ kind: 'http-get', path, containerPort, headers: {} });
  return {
    readiness: readiness.found === undefined ? probe({ kind: 'tcp-socket', containerPort }) : get(readiness.found),
    liveness: liveness.found === undefined ? undefined : get(liveness.found),
    startup: liveness.found === undefined ? undefined : { ...get(liveness.found), failureThreshold: START_UP_FAILURES },
    notes,
  };
}

function catchAllNote(paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [`This service answers any path, so an answer says nothing on ${paths.join(', ')}: none of these is a probe.`];
}

/** One that fails now may pass once the service is ready, unless it has nothing there at all. */
async function firstThatPasses(
  { port, end }: { readonly port: number; readonly end: AbortSignal | undefined },
  paths: readonly string[],
): Promise<{ readonly found: string | undefined; readonly likeAny: readonly string[] }> {
  const until = performance.now() + START_MS;
  const likeAny: string[] = [];
  for (const path of paths) {
    if (end?.aborted === true) break;
    const answer = await askUntilReady(port, path, { until, end });
    if (!isPass(answer)) continue;
    if (!(await isCatchAll(port, { path, answer }))) return { found: path, likeAny };
    likeAny.push(path);
  }
  return { found: undefined, likeAny };
}

async function askUntilReady(
  port: number,
  path: string,
  { until, end }: { readonly until: number; readonly end: AbortSignal | undefined },
): Promise<PathAnswer | undefined> {
  const isOver = (): boolean => end?.aborted === true || performance.now() > until;
  let answer = await askPath(port, path);
  while (answer !== undefined && answer.status >= 500 && !isOver()) {
    await elapsed(systemClock, PAUSE_MS, end);
    answer = await askPath(port, path);
  }
  return answer;
}

function isPass(answer: PathAnswer | undefined): boolean {
  return answer !== undefined && answer.status >= 200 && answer.status < 400;
}

/** Whether a path that no service has is answered in the same way. */
async function isCatchAll(port: number, asked: Parameters<typeof isAlike>[0]): Promise<boolean> {
  const path = `/${randomUUID()}`;
  return isAlike(asked, { path, answer: await askPath(port, path) });
}
