import { marginOf } from 'nestjs-lifecycle/options';
import { smallestGracePeriod } from '../settings/grace-period.js';
import { preStopOf } from './pre-stop.js';
import { probeOf } from './probe.js';
import { gracePeriodMs, type Workload } from './workload.js';

/** How long requests must have stopped, and how late a new pod gets the first of them. */
const HANDOVER_MS = 5000;
/** What drain and hooks get by default. */
const DEFAULT_SHARE_MS = 5000;

/** How long a new pod may take to be ready, by its startup probe; `undefined` without one. */
export function longestStartMs({ main }: Workload): number | undefined {
  const { kind, initialDelayMs, failureThreshold, periodMs } = probeOf(main, 'startupProbe');
  return kind === 'none' ? undefined : initialDelayMs + failureThreshold * periodMs;
}

/** The option for one replica, with the grace period in which a new pod can start, as text to paste. */
export function singleReplicaText(workload: Workload): string {
  const { settings, main } = workload;
  const { variables, drainTimeoutMs, hookBudgetMs, isDrainCapped } = settings;
  const startMs = longestStartMs(workload) ?? 0;
  const drainMs = isDrainCapped ? drainTimeoutMs : DEFAULT_SHARE_MS;
  const hooksMs = variables.has('SHUTDOWN_HOOK_BUDGET') ? hookBudgetMs : DEFAULT_SHARE_MS;
  const preStopMs = Math.max(settings.preStopMs, preStopOf(main).ms ?? 0);
  const othersMs = preStopMs + HANDOVER_MS + drainMs + hooksMs;
  const needed = smallestGracePeriod(othersMs + startMs);
  const grace = Math.max(needed, Math.ceil(Math.max(settings.gracePeriodMs, gracePeriodMs(workload) ?? 0) / 1000));
  const leftSeconds = Math.floor((grace * 1000 - marginOf(grace * 1000) - othersMs) / 1000);
  const unknown = startMs > 0 ? '' : `   # more, where a new pod takes longer than ${leftSeconds} s to be ready`;
  return (
    `env:   # without SHUTDOWN_LAME_DUCK\n  - name: SHUTDOWN_SINGLE_REPLICA\n    value: 'true'\n  - name: SHUTDOWN_GRACE_PERIOD\n    value: ${grace}s\n` +
    `# and in the pod's spec:\nterminationGracePeriodSeconds: ${grace}${unknown}`
  );
}
