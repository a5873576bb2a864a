import { type Clock } from '../deadline/clock.js';
import { type Guard } from '../errors/foreign-call.js';
import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type FailedProbes } from '../health/failed-probes.js';
import { type Departures } from '../in-flight/departures.js';
import { type InFlightWork } from '../in-flight/in-flight-work.js';
import { type Notices } from '../in-flight/notices.js';
import { type InFlightItem } from '../in-flight/work.js';
import { type WorkSources } from '../in-flight/work-sources.js';
import { type Settings } from '../options/settings.js';
import { type ShutdownState } from '../phase/shutdown-state.js';
import { TaskTracker } from '../tasks/task-tracker.js';
import { type Cors } from '../traffic/http/cors/cors.js';
import { exemptPathsOf } from '../traffic/http/exempt-paths.js';
import { HttpTraffic } from '../traffic/http/http-traffic.js';
import { LateRequests } from '../traffic/http/late-requests.js';
import { type RequestNames } from '../traffic/http/request-name.js';
import { closedElsewhere } from '../traffic/http/tracked-servers.js';
import { UpgradedSockets } from '../traffic/http/upgraded-sockets.js';
import { LongLivedMarks } from '../traffic/long-lived/long-lived-marks.js';
import { LongLivedRequests } from '../traffic/long-lived/long-lived-requests.js';
import { type UnseenWork } from '../unseen/unseen-work.js';

/** The parts that sources are made from. */
export interface SourceParts {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly events: EventStream;
  readonly guard: Guard;
  readonly state: ShutdownState;
  readonly inFlight: InFlightWork;
  readonly sources: WorkSources;
  readonly notices: Notices;
  readonly departures: Departures;
  readonly unseen: UnseenWork;
  readonly names: RequestNames;
  readonly failedProbes: FailedProbes;
  readonly cors: Cors;
}

/** The sources of work that every service has, with Nest or without. */
export interface EngineSources {
  readonly longLived: LongLivedRequests;
  readonly traffic: HttpTraffic;
  readonly tasks: TaskTracker;
}

/** What sources report while the service stops. */
export interface SourceReporters {
  readonly failed: (origin: string) => (error: unknown) => void;
  readonly onFailed: (origin: string, error: unknown) => void;
  readonly onCut: (items: readonly InFlightItem[]) => void;
  readonly onTerminated: (names: readonly string[]) => void;
}

/** What every source reports to. */
export function sourceReporters({ events }: SourceParts): SourceReporters {
  const onFailed = (origin: string, error: unknown): void => events.emit({ type: 'error-uncaught', origin, error });
  return {
    onFailed,
    failed: (origin) => (error) => onFailed(origin, error),
    onCut: (items) => events.emit({ type: 'work-interrupted', items }),
    onTerminated: (terminated) => events.emit({ type: 'upgraded-terminated', names: terminated }),
  };
}

/** Creates the sources that every service has. They are registered by the caller, in the order in which their verbs are called. */
export function createEngineSources(parts: SourceParts, report: SourceReporters): EngineSources {
  const marks = new LongLivedMarks();
  const traffic = createTraffic(parts, marks, report);
  const onError = report.failed('response');
  const settings = parts.settings.longLived;
  const longLived = new LongLivedRequests({ ...parts, settings, marks, traffic, onError });
  const tasks = new TaskTracker(parts.clock, parts.inFlight, report.onCut);
  return { longLived, traffic, tasks };
}

/**
 * Creates the source of the sockets that the application has upgraded by itself.
 *
 * @param followed those that another source follows
 */
export function createUpgraded(
  traffic: HttpTraffic,
  followed: ConstructorParameters<typeof UpgradedSockets>[0]['followed'],
  { onTerminated }: SourceReporters,
): UpgradedSockets {
  const { connections, connectionEnded: connectionClosed } = traffic;
  return new UpgradedSockets({ connections, connectionClosed, followed, onTerminated });
}

function createTraffic(parts: SourceParts, { isLongLived }: LongLivedMarks, { failed }: SourceReporters): HttpTraffic {
  const { settings, events, cors, failedProbes } = parts;
  const onError = failed('response');
  const { retryAfterSeconds, lateRequestBody: body, lateRequests } = settings;
  const late = new LateRequests({ retryAfterSeconds, body }, onError, cors);
  late.refusedOne.listen((refused) => events.emit({ type: 'request-refused', kind: 'request', ...refused }));
  const traffic = new HttpTraffic({
    ...parts,
    exempt: exemptPathsOf(settings),
    late,
    refusesLate: lateRequests === 'refuse',
    isLongLived,
    serving: failedProbes.serving,
    onError,
    onLateLimit: (counts) => events.emit({ type: 'late-connections-closed', ...counts }),
    onClosedElsewhere: closedElsewhere(parts),
    onExemptCut: (items) => events.emit({ type: 'exempt-cut', items }),
  });
  traffic.headWrittenTo.listen((response) => cors.learn(response));
  return traffic;
}
