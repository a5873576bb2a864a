import { smallestGracePeriod } from '../settings/grace-period.js';
import { type ServiceSettings } from '../settings/service-settings.js';
import { longestDrainMs } from '../settings/longest-drain.js';
import { preStopOf } from './pre-stop.js';
import { gracePeriodMs, type Workload } from './workload.js';

/** What the hooks get by default when there is time enough. */
const DEFAULT_HOOKS_MS = 5000;

/** A lame duck of so many seconds, with the grace periods that it needs beside what the service does now, as text to paste. */
export function longerLameDuck(workload: Workload, duckSeconds: number): string {
  const { settings, main } = workload;
  const { preStopMs, hookBudgetMs, variables } = settings;
  const hooksMs = variables.has('SHUTDOWN_HOOK_BUDGET') ? hookBudgetMs : Math.max(hookBudgetMs, DEFAULT_HOOKS_MS);
  const needed = smallestGracePeriod(preStopMs + duckSeconds * 1000 + longestDrainMs(settings) + hooksMs);
  const grace = Math.max(needed, Math.ceil(settings.gracePeriodMs / 1000));
  const untoldMs = Math.max(0, (preStopOf(main).ms ?? preStopMs) - preStopMs);
  const pod = Math.max(grace + Math.ceil(untoldMs / 1000), Math.ceil((gracePeriodMs(workload) ?? 0) / 1000));
  return `${settingsText(settings, [
    { option: 'lameDuck', variable: 'SHUTDOWN_LAME_DUCK', value: `${duckSeconds}s` },
    { option: 'gracePeriod', variable: 'SHUTDOWN_GRACE_PERIOD', value: `${grace}s` },
  ])}\n# and in the pod's spec:\nterminationGracePeriodSeconds: ${pod}`;
}

interface Setting {
  readonly option: string;
  readonly variable: string;
  readonly value: string;
}

/** As variables, but for what the code has written: there the variable has no say. */
function settingsText({ overruled }: Pick<ServiceSettings, 'overruled'>, settings: readonly Setting[]): string {
  const inCode = settings.filter(({ variable }) => overruled.has(variable));
  const others = settings.filter(({ variable }) => !overruled.has(variable));
  const code = inCode.map(({ option, value }) => `${option}: '${value}'`).join(', ');
  return [
    ...(others.length > 0 ? ['env:'] : []),
    ...others.map(({ variable, value }) => `  - name: ${variable}\n    value: ${value}`),
    ...(inCode.length > 0 ? [`# and in the code:\n# GracefulShutdownModule.forRoot({ ${code} })`] : []),
  ].join('\n');
}
