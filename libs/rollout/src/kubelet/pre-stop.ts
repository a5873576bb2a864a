import { type Clock, elapsed } from '../clock/clock.js';
import { portOf } from '../pods/free-ports.js';
import { type PreStop } from '../scenario/scenario.js';
import { askedWithin } from './asked-within.js';
import { type Prober, type ProbeTarget } from './prober.js';

/** What became of preStop. */
export interface PreStopResult {
  readonly result: 'done' | 'failed' | 'abandoned';
  readonly detail: string;
}

/** What a preStop needs. */
export interface PreStopOptions {
  readonly clock: Clock;
  readonly prober: Prober;
  readonly target: ProbeTarget;
  readonly gracePeriodMs: number;
  /** The rehearsal itself is over. */
  readonly stop: AbortSignal;
}

/** Runs preStop for as long as the grace period allows. One that fails changes nothing but the report: SIGTERM follows at once. */
export function runPreStop(preStop: PreStop, options: PreStopOptions): Promise<PreStopResult> {
  const { clock, gracePeriodMs, stop } = options;
  const detail = `still running when the grace period of ${gracePeriodMs / 1000} s was over`;
  const abandoned: PreStopResult = { result: 'abandoned', detail };
  return askedWithin({ clock, ms: gracePeriodMs, stop }, abandoned, (signal) => perform(preStop, options, signal));
}

async function perform(preStop: PreStop, options: PreStopOptions, signal: AbortSignal): Promise<PreStopResult> {
  const { clock, prober, target } = options;
  switch (preStop.kind) {
    case 'sleep':
      await elapsed(clock, preStop.ms, signal);
      return { result: 'done', detail: `slept ${preStop.ms / 1000} s` };
    case 'exec': {
      const { code, detail } = await target.process.exec(preStop.command, signal);
      return { result: code === 0 ? 'done' : 'failed', detail };
    }
    case 'http-get': {
      const port = portOf(target.ports, preStop.containerPort);
      if (port === undefined)
        return { result: 'failed', detail: `the service declares no port ${preStop.containerPort}` };
      const { isSuccess, detail } = await prober.call({ path: preStop.path, port }, signal);
      return { result: isSuccess ? 'done' : 'failed', detail };
    }
  }
}
