import { serviceRule } from '../rule-kinds/rule.js';
import { longerLameDuck } from '../manifest/longer-lame-duck.js';
import { preStopOf } from '../manifest/pre-stop.js';
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
    const missing = Math.ceil((delayMs - preStop.ms) / 1000);
    yield {
      at:
        settings.variables.get('SHUTDOWN_LAME_DUCK') ?? (preStop.kind === 'none' ? workload.main.field : preStop.field),
      severity: waitMs === 0 ? 'error' : 'warning',
      message:
        `preStop ${formatMs(preStop.ms)} + lame duck ${formatMs(duckMs)} = ${formatMs(waitMs)}, but ${router.name} may ` +
        `go on sending requests for ${formatMs(delayMs)}`,
      why: 'Proxies and load balancers learn of the deletion on their own, in no order with the signal: requests that they send after the listener has closed are refused.',
      remedy: longerLameDuck(workload, missing),
    };
  },
});
