import { type OptionProblem } from './invalid-options-error.js';
import { type WrittenOptions } from './option-fields.js';
import { readyMadePaths } from './option-parsers.js';

/** Problems of options that are valid by themselves, and cannot be combined. */
export function contradictions(options: WrittenOptions): OptionProblem[] {
  return [
    ...countsWhatNeverFails(options),
    ...leavesAlone(options),
    ...takesOutReadyMade(options),
    ...drainsNowhere(options),
    ...isShownNowhere(options),
    ...isScrapedNowhere(options),
    ...isDumpedNowhere(options),
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

/** One replica that goes on until the new one is there needs a green readiness, and a lame duck of its own. */
function leavesAlone({ singleReplica = false, lameDuck, readiness }: WrittenOptions): OptionProblem[] {
  if (singleReplica === false) return [];
  const problems: OptionProblem[] = [];
  if (lameDuck !== undefined) {
    const message =
      'received beside lameDuck, which it sets itself: from 5 s until requests have stopped. Leave lameDuck and SHUTDOWN_LAME_DUCK out. ' +
      "Type singleReplica: '20s' where a new pod takes 20 s to be ready.";
    problems.push({ source: 'singleReplica', message });
  }
  if (readiness?.onShutdown === 'fail') {
    const message =
      "received beside readiness.onShutdown 'fail', with which the only pod gets no more requests. " +
      "Type readiness: { onShutdown: 'pass' }, or leave singleReplica out.";
    problems.push({ source: 'singleReplica', message });
  }
  return problems;
}

function drainsNowhere({ drainEndpoint, probePort }: WrittenOptions): OptionProblem[] {
  if (drainEndpoint !== true || probePort !== undefined) return [];
  const message =
    'received true without a probePort, where it is served. Type probePort: 9000, or leave drainEndpoint out.';
  return [{ source: 'drainEndpoint', message }];
}

function isShownNowhere({ livePage, probePort }: WrittenOptions): OptionProblem[] {
  if (livePage !== true || probePort !== undefined) return [];
  const message = 'received true without a probePort, where it is served. Type probePort: 9000, or leave livePage out.';
  return [{ source: 'livePage', message }];
}

function isDumpedNowhere({ dump, probePort, signals = [] }: WrittenOptions): OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (dump?.isServed === true && probePort === undefined) {
    const message = 'received true without a probePort, where it is served. Type probePort: 9000, or leave page out.';
    problems.push({ source: 'dump.page', message });
  }
  if (dump?.signal !== undefined && signals.includes(dump.signal)) {
    const other = dump.signal === 'SIGTTIN' ? 'SIGUSR2' : 'SIGTTIN';
    const message = `received '${dump.signal}', which is among signals and starts a shutdown. Type dump: '${other}'.`;
    problems.push({ source: 'dump', message });
  }
  return problems;
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
