import { type OptionProblem } from './invalid-options-error.js';
import { type WrittenOptions } from './option-fields.js';
import { readyMadePaths } from './option-parsers.js';

/** Problems of options that are valid by themselves, and cannot be combined. */
export function contradictions(options: WrittenOptions): OptionProblem[] {
  return [
    ...countsWhatNeverFails(options),
    ...takesOutReadyMade(options),
    ...drainsNowhere(options),
    ...isScrapedNowhere(options),
  ];
}

function countsWhatNeverFails({ lameDuck, readiness }: WrittenOptions): OptionProblem[] {
  const count = lameDuck?.untilProbesFailed;
  if (count === undefined || readiness?.onShutdown !== 'pass') return [];
  const message =
    `received ${count} beside readiness.onShutdown 'pass', with which no probe ever fails. ` +
    "Type readiness: { onShutdown: 'fail' }, or lameDuck: '5s'.";
  return [{ source: 'lameDuck.untilProbesFailed', message }];
}

function drainsNowhere({ drainEndpoint, probePort }: WrittenOptions): OptionProblem[] {
  if (drainEndpoint !== true || probePort !== undefined) return [];
  const message =
    'received true without a probePort, where it is served. Type probePort: 9000, or leave drainEndpoint out.';
  return [{ source: 'drainEndpoint', message }];
}

function isScrapedNowhere({ metrics, probePort }: WrittenOptions): OptionProblem[] {
  if (metrics === undefined || metrics.lastScrapeMs === 0 || probePort !== undefined) return [];
  const message =
    `received ${metrics.lastScrapeMs} ms without a probePort, where /metrics is served until the exit. ` +
    'Type probePort: 9000, or leave lastScrape out.';
  return [{ source: 'metrics.lastScrape', message }];
}

function takesOutReadyMade({ exempt, health }: WrittenOptions): OptionProblem[] {
  if (exempt === undefined || health === undefined || !health.isServed) return [];
  const own = readyMadePaths(health.path);
  return exempt.except
    .filter((path) => own.includes(path.replace(/\/$/, '')))
    .map((path) => ({
      source: 'exempt',
      message:
        `received '!${path}', which is a ready-made probe of health: those are always exempt. ` +
        "Leave it out, or type health: { path: '/probes' } to serve them elsewhere.",
    }));
}
