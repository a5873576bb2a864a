import { type RolloutEvent } from '../events/rollout-event.js';
import { type PodWorker } from '../kubelet/pod-worker.js';
import { type PodSpec } from '../scenario/scenario.js';
import { trafficPort } from '../scenario/traffic-port.js';

/** Why a rehearsal could not begin. */
export type StartFailureCode = 'EXITED_BEFORE_READY' | 'PORT_TAKEN' | 'NEVER_LISTENED' | 'NEVER_READY';

/** The service did not come up, so there is nothing to rehearse. The message says what was seen and what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  constructor(
    readonly code: StartFailureCode,
    message: string,
    /** Where the service listens, or could not, instead of the port it was given. */
    readonly elsewhere: readonly number[] = [],
  ) {
    super(message);
  }
}

/** A container of the first pods has ended before it was ever ready. */
export function exitedBeforeReady(pod: PodWorker): StartFailure {
  const taken = takenPort(pod);
  if (taken !== undefined) return portTaken(pod, taken);
  const code = pod.lastExit?.code;
  const missing = /^(?:unshare|nsenter): failed to execute (.+): No such file/m.exec(pod.log.last.join('\n'))?.[1];
  if (missing !== undefined) {
    const message = `there is no program ${missing}: write one that is in the PATH, or its file, as in -- node dist/main.js`;
    return new StartFailure('EXITED_BEFORE_READY', message);
  }
  const why =
    pod.setback === `it exited with code ${code}`
      ? `the service exited with code ${code} before it was ready`
      : `the service was stopped before it was ready, because ${pod.setback}`;
  return new StartFailure('EXITED_BEFORE_READY', `${why}${adviceFor(pod.setback)}; ${lastLines(pod)}`);
}

/** A service that needs longer than its probes allow is slow, and not broken. */
function adviceFor(setback: string | undefined): string {
  if (setback === undefined || !/liveness|start-?up/i.test(setback)) return '';
  return ': if it only starts slowly, give it a startupProbe with a failureThreshold for all that time, for which the other probes wait';
}

/** It listens, but not on the port of its variable. */
export function listensElsewhere(pod: PodWorker, elsewhere: readonly number[]): StartFailure {
  const { variable = 'PORT', port, inside } = trafficPort(pod.ports) ?? {};
  const why =
    port === inside
      ? `${OWN_PORTS}, so it must listen where a variable says, as in listen(process.env.${variable}). If another one says it, name that with --port-env`
      : `name the port that it has in its container, as in --port ${elsewhere[0]}`;
  const seen = `the service listens on ${elsewhere.join(' and ')}, and not on ${variable}=${inside}`;
  return new StartFailure('NEVER_LISTENED', `${seen}: ${why}; ${lastLines(pod)}`, elsewhere);
}

const OWN_PORTS = 'the pods of a rehearsal share one machine, and each has ports of its own instead of an address';

/** The port that its log says is taken. */
function takenPort({ log, ports }: PodWorker): number | undefined {
  const text = log.last.join('\n');
  const port = Number(
    /EADDRINUSE[^\n]*:(\d{1,5})\b/.exec(text)?.[1] ?? /EADDRINUSE[^]*\bport: (\d{1,5})\b/.exec(text)?.[1],
  );
  return Number.isNaN(port) || ports.some((own) => own.inside === port && own.port === own.inside) ? undefined : port;
}

function portTaken(pod: PodWorker, port: number): StartFailure {
  const { variable = 'PORT', port: standIn, inside } = trafficPort(pod.ports) ?? {};
  if (standIn !== inside) {
    const message = `the service could not listen on port ${port} in the network of its own pod (EADDRINUSE), so it has it already; ${lastLines(pod)}`;
    return new StartFailure('PORT_TAKEN', message, [port]);
  }
  return new StartFailure(
    'PORT_TAKEN',
    `the service could not listen on port ${port}, which another pod or program has (EADDRINUSE): ${OWN_PORTS}. ` +
      `Have a variable say where it listens, as in listen(process.env.MANAGEMENT_PORT), and name all of them: ` +
      `--port-env ${variable} MANAGEMENT_PORT, or in the manifest: { name: MANAGEMENT_PORT, value: '${port}' } in env, ` +
      `{ containerPort: ${port} } in ports. If it is where the traffic goes, it must read ${variable}; ${lastLines(pod)}`,
    [port],
  );
}

/** What kept a pod from being ready in time. */
export function notReadyInTime(
  pod: PodWorker,
  facts: {
    readonly withinMs: number;
    readonly isListening: boolean;
    readonly spec: PodSpec;
    readonly events: readonly RolloutEvent[];
  },
): StartFailure {
  const taken = takenPort(pod);
  if (taken !== undefined) return portTaken(pod, taken);
  const within = `within ${Math.round(facts.withinMs / 1000)} s`;
  const traffic = trafficPort(pod.ports);
  if (!facts.isListening && traffic !== undefined) {
    const { variable = 'PORT', inside } = traffic;
    const advice = `does it read the variable ${variable}, and listen on more than localhost? If another one says where to listen, name it with --port-env; if it takes no requests, write --worker`;
    return new StartFailure(
      'NEVER_LISTENED',
      `the service never listened on ${variable}=${inside} ${within}: ${advice}; ${lastLines(pod)}`,
    );
  }
  const asked = facts.spec.startupProbe !== undefined && !hasStartedUp(pod, facts.events) ? 'startup' : 'readiness';
  return new StartFailure(
    'NEVER_READY',
    `the service listens, but was not ready ${within}: ${lastAnswer(pod, asked, facts)}; ${lastLines(pod)}`,
  );
}

function hasStartedUp({ name }: PodWorker, events: readonly RolloutEvent[]): boolean {
  return events.some(
    (event) => event.type === 'probe-answered' && event.pod === name && event.probe === 'startup' && event.isSuccess,
  );
}

function lastAnswer(
  { name }: PodWorker,
  kind: 'startup' | 'readiness',
  { spec, events }: { readonly spec: PodSpec; readonly events: readonly RolloutEvent[] },
): string {
  const probe = kind === 'startup' ? spec.startupProbe : spec.readinessProbe;
  const title = kind === 'startup' ? 'start-up' : kind;
  const question = probe?.action.kind === 'http-get' ? ` GET ${probe.action.path}` : '';
  const last = events.findLast(
    (event) => event.type === 'probe-answered' && event.pod === name && event.probe === kind,
  );
  const answer = last?.type === 'probe-answered' ? `was last told "${last.detail}"` : 'has not been asked';
  return `its ${title} probe${question} ${answer}`;
}

function lastLines({ log }: PodWorker): string {
  if (log.last.length === 0) return 'it wrote nothing';
  return `its last lines:\n${log.last.map((line) => `  ${line}`).join('\n')}`;
}
