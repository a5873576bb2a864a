import { type PartialReport, serviceRule } from '../rule-kinds/rule.js';
import { longerLameDuck } from '../manifest/longer-lame-duck.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { failingTimeMs, probeOf } from '../manifest/probe.js';
import { type Resource } from '../manifest/resource.js';
import { gracePeriodMs, type Workload } from '../manifest/workload.js';
import { type Field } from '../source/field.js';
import { formatMs } from '../settings/duration.js';

/** With `externalTrafficPolicy: Local` a node without a ready pod swallows what its load balancer still sends. */
export const localTrafficNotDrained = serviceRule({
  isOfAnyServer: true,
  id: 'local-traffic-not-drained',
  severity: 'warning',
  summary: 'With externalTrafficPolicy Local a pod stops before the load balancer has given its node up',
  *check(workload) {
    for (const service of workload.services) {
      if (isLocal(service)) yield* reportsOn(service, workload);
    }
  },
});

function* reportsOn(service: Resource, workload: Workload): Iterable<PartialReport> {
  const { main, settings } = workload;
  const preStopMs = preStopOf(main).ms;
  if (preStopMs === undefined) return;
  const noticeMs = noticeTimeMs(service.root.at('metadata', 'annotations'));
  const duckMs = lameDuckMs(workload);
  const readiness = probeOf(main, 'readinessProbe');
  const turns = duckMs !== undefined && settings.readinessOnShutdown === 'fail' && readiness.kind !== 'none';
  const turnMs = turns ? preStopMs + failingTimeMs(readiness) : Number.POSITIVE_INFINITY;
  const waitMs = preStopMs + (duckMs ?? 0);
  if (Math.min(waitMs, turnMs) >= noticeMs) return;
  const isTooShort = waitMs < noticeMs;
  const what = isTooShort ? waitInWords(preStopMs, duckMs) : `readiness has failed after ${formatMs(turnMs)}`;
  yield {
    at: service.root.at('spec', 'externalTrafficPolicy'),
    about: service,
    message: `${what}, but the load balancer may take ${formatMs(noticeMs)} to give up a node whose last pod is stopping`,
    why: 'Such a node may hand requests to its own pods only: to one that is stopping while its readiness still passes, and to none afterwards. Requests that come then are dropped.',
    remedy: isTooShort ? longerWait(workload, noticeMs, preStopMs) : remedyFor(workload, undefined),
  };
}

/** `undefined` where there is none. */
function lameDuckMs(workload: Workload): number | undefined {
  const { enabled, lameDuck } = workload.settings;
  return enabled && !isOfAnything(workload) ? lameDuck.minMs : undefined;
}

function waitInWords(preStopMs: number, duckMs: number | undefined): string {
  const preStop = `preStop ${formatMs(preStopMs)}`;
  return duckMs === undefined
    ? preStop
    : `${preStop} + lame duck ${formatMs(duckMs)} = ${formatMs(preStopMs + duckMs)}`;
}

/** Nothing shows that it runs Node, and so that it knows variables of ours. */
function isOfAnything({ doubt }: Workload): boolean {
  return doubt === 'runtime unknown';
}

function longerWait(workload: Workload, noticeMs: number, preStopMs: number): string {
  return isOfAnything(workload) ? longerPreStop(workload, noticeMs) : remedyFor(workload, noticeMs - preStopMs);
}

/** What every server heeds. */
function longerPreStop(workload: Workload, noticeMs: number): string {
  const { kind, name, main } = workload;
  const seconds = Math.ceil(noticeMs / 1000);
  const restMs = (gracePeriodMs(workload) ?? DEFAULT_GRACE_MS) - (preStopOf(main).ms ?? 0);
  return [
    `# in ${kind} ${name}:`,
    'lifecycle:',
    '  preStop:',
    `    sleep: { seconds: ${seconds} }`,
    "# and in the pod's spec:",
    `terminationGracePeriodSeconds: ${seconds + Math.ceil(restMs / 1000)}`,
    '# or externalTrafficPolicy: Cluster',
  ].join('\n');
}

/** Of a pod that says none. */
const DEFAULT_GRACE_MS = 30_000;

/** What stays green, and waits for so long, if it does not yet. */
function remedyFor(workload: Workload, duckMs: number | undefined): string {
  const { kind, name, settings } = workload;
  // A probe that is missing is another finding, and turns red as soon as it is there.
  const turns = settings.enabled && settings.readinessOnShutdown === 'fail';
  const duck =
    duckMs === undefined ? [] : [`# in ${kind} ${name}:\n${longerLameDuck(workload, Math.ceil(duckMs / 1000))}`];
  return [...(turns ? [STAY] : []), ...duck, '# or externalTrafficPolicy: Cluster'].join('\n');
}

const STAY = "// in the code:\nGracefulShutdownModule.forRoot({ readiness: { onShutdown: 'pass' } })";

function isLocal({ root }: Resource): boolean {
  const spec = root.at('spec');
  const annotations = root.at('metadata', 'annotations');
  if (spec.at('type').text !== 'LoadBalancer' || spec.at('externalTrafficPolicy').text !== 'Local') return false;
  // Where the targets are pods, no node is in between.
  const isToPods =
    annotations.at('service.beta.kubernetes.io/aws-load-balancer-nlb-target-type').text === 'ip' ||
    annotations.at('service.beta.kubernetes.io/aws-load-balancer-type').text === 'nlb-ip';
  return !isToPods;
}

const AWS = 'service.beta.kubernetes.io/aws-load-balancer-healthcheck';

/** AWS asks three times, every 10 s, by default; Google 3 times every 8 s; Azure twice every 5 s. */
function noticeTimeMs(annotations: Field): number {
  const amount = (key: string): number => Number(annotations.at(key).text);
  const interval = amount(`${AWS}-interval`) || 10;
  const threshold = amount(`${AWS}-unhealthy-threshold`) || 3;
  return interval * threshold * 1000;
}
