import { systemClock } from '../clock/clock.js';
import { Cluster } from '../cluster/cluster.js';
import { findGrpcProbes, findProbes, type FoundProbes } from '../discovery/find-probes.js';
import { Timeline } from '../events/rollout-event.js';
import { Random } from '../random/random.js';
import { isAllGrpc } from '../load/load-plan.js';
import { type RehearsalOptions } from '../scenario/rehearsal-options.js';
import { type PodRuntime } from '../pods/pod-process.js';
import { trafficPort } from '../scenario/traffic-port.js';
import { type PodSpec, type Scenario } from '../scenario/scenario.js';

/** A scenario with the probes that were found, and what is to be said of them. */
export interface ProbedScenario {
  readonly scenario: Scenario;
  readonly notes: readonly string[];
}

interface Watch {
  readonly signal?: AbortSignal | undefined;
  /** Called with sentences that say what the pod is waited for. */
  readonly onWaiting?: ((text: string) => void) | undefined;
  /** Default: real processes that know no other workload. */
  readonly runtime?: PodRuntime | undefined;
}

const WORKER =
  'It is played as a worker: nothing is asked of it, and how its pods end at SIGTERM is what is judged. What it leaves undone of its own jobs and messages does not show here.';

/** Where it gets messages, its ledger says more. */
function notesOfWorker({ messages }: Scenario): readonly string[] {
  return messages === undefined ? [WORKER] : [];
}

/**
 * Where a readiness or liveness probe is neither written nor switched off, one pod is started to find out what the
 * service answers.
 */
export async function withProbes(
  scenario: Scenario,
  written: Pick<RehearsalOptions, 'readiness' | 'liveness' | 'startup'>,
  { signal, onWaiting, runtime }: Watch = {},
): Promise<ProbedScenario> {
  if (trafficPort(scenario.service.ports) === undefined) {
    return { scenario, notes: notesOfWorker(scenario) };
  }
  if (written.readiness !== undefined && written.liveness !== undefined) return { scenario, notes: [] };
  const pod = { ...scenario.pod, readinessProbe: undefined, livenessProbe: undefined };
  const deployment = { ...scenario.deployment, replicas: 1, minReadyMs: 0 };
  const trial: Scenario = { ...scenario, pod, deployment, chaos: [] };
  const cluster = new Cluster({
    clock: systemClock,
    random: new Random(scenario.seed),
    timeline: new Timeline(() => 0),
    scenario: trial,
    onView: () => undefined,
    onGone: () => undefined,
    onWaiting,
    runtime,
  });
  try {
    await cluster.start(signal);
    const [{ endpoint } = { endpoint: undefined }] = cluster.pods;
    const traffic = trafficPort(scenario.service.ports);
    if (endpoint === undefined || traffic === undefined || signal?.aborted === true) return { scenario, notes: [] };
    const found = await findFor(scenario, { port: endpoint.port, containerPort: traffic.containerPort, signal });
    const probes = missingOf(found, written);
    return { scenario: { ...scenario, pod: { ...scenario.pod, ...probes } }, notes: found.notes };
  } finally {
    await cluster.close();
  }
}

function findFor(
  { load }: Scenario,
  { port, containerPort, signal }: { port: number; containerPort: number; signal: AbortSignal | undefined },
): Promise<FoundProbes> {
  return isAllGrpc(load) ? findGrpcProbes(port, containerPort) : findProbes(port, containerPort, signal);
}

/** The probes that are neither written nor switched off. A liveness probe that was found must not restart what only takes its time to start. */
function missingOf(
  found: FoundProbes,
  { readiness, liveness, startup }: Pick<RehearsalOptions, 'readiness' | 'liveness' | 'startup'>,
): Partial<PodSpec> {
  return {
    ...(readiness === undefined && { readinessProbe: found.readiness }),
    ...(liveness === undefined && { livenessProbe: found.liveness }),
    ...(liveness === undefined && startup === undefined && { startupProbe: found.startup }),
  };
}
