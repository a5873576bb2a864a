import { serviceRule } from '../rule-kinds/rule.js';
import { longerLameDuck } from '../manifest/longer-lame-duck.js';
import { gracePeriodMs, type Workload } from '../manifest/workload.js';
import { preStopOf } from '../manifest/pre-stop.js';
import { ASSUMED, isAssumed } from '../settings/assumed.js';
import { formatMs } from '../settings/duration.js';
import { slowestRouter } from '../traffic/router.js';

/** Requests are still routed here for a while after the signal, and the service has to answer them. */
export const lameDuckTooShort = serviceRule({
  id: 'lame-duck-too-short',
  severity: 'warning',
  summary: 'preStop and lame duck end while requests are still routed to the pod',
  *check(workload, { facts }) {
    const router = slowestRouter(workload, facts.kubeProxyDelayMs);
    const preStop = preStopOf(workload.main);
    if (router === undefined || preStop.ms === undefined) return;
    const { settings } = workload;
    // Without its shutdown there is no lame duck to lengthen, and another rule says so.
    if (!settings.enabled) return;
    const duckMs = settings.lameDuck.minMs;
    const waitMs = preStop.ms + duckMs;
    const delayMs = facts.routingDelayMs ?? router.delayMs;
    if (waitMs >= delayMs) return;
    const [source, lengthen] = isAssumed(settings, facts) ? GUESSED : KNOWN;
    const missing = Math.ceil((delayMs - preStop.ms) / 1000);
    yield {
      at:
        settings.variables.get('SHUTDOWN_LAME_DUCK') ?? (preStop.kind === 'none' ? workload.main.field : preStop.field),
      severity: waitMs === 0 ? 'error' : 'warning',
      message:
        `preStop ${formatMs(preStop.ms)} + lame duck ${formatMs(duckMs)} = ${formatMs(waitMs)}${source}, but ${router.name} may ` +
        `go on sending requests for ${formatMs(delayMs)}`,
      why: 'Proxies and load balancers learn of the deletion on their own, in no order with the signal: requests that they send after the listener has closed are refused.',
      remedy: lengthen(workload, missing),
    };
  },
});

/** What is said of the lame duck, and what makes it longer. */
const KNOWN = ['', longerLameDuck] as const;
const GUESSED = [ASSUMED, withPreStop] as const;

/** What needs no module: the kubelet waits before its signal. */
function withPreStop(workload: Workload, seconds: number): string {
  const given = Math.ceil((gracePeriodMs(workload) ?? 0) / 1000);
  return (
    `lifecycle:\n  preStop:\n    sleep:\n      seconds: ${seconds}   # Kubernetes 1.30 and later\n` +
    `# and in the pod's spec:\nterminationGracePeriodSeconds: ${given + seconds}\n` +
    `# with nestjs-lifecycle, the service itself waits: SHUTDOWN_LAME_DUCK=${seconds}s`
  );
}
