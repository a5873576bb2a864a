import { type Clock } from './deadline/clock.js';
import { type Guard } from './errors/foreign-call.js';
import { type EventLog } from './events/event-log.js';
import { type EventStream } from './events/event-stream.js';
import { type FailedProbes } from './health/failed-probes.js';
import { type InFlightWork } from './in-flight/in-flight-work.js';
import { type InFlightItem } from './in-flight/work.js';
import { type WorkSources } from './in-flight/work-sources.js';
import { closedElsewhere } from './nest/found-servers.js';
import { type Settings } from './options/settings.js';
import { type ShutdownState } from './phase/shutdown-state.js';
import { type UnseenWork } from './unseen/unseen-work.js';
import { TaskTracker } from './tasks/task-tracker.js';
import { type Cors } from './traffic/http/cors/cors.js';
import { exemptPathsOf } from './traffic/http/exempt-paths.js';
import { HandlerTracker } from './traffic/handlers/handler-tracker.js';
import { HttpTraffic } from './traffic/http/http-traffic.js';
import { InFlightInterceptor } from './traffic/handlers/in-flight.interceptor.js';
import { LateRequests } from './traffic/http/late-requests.js';
import { type Departures } from './in-flight/departures.js';
import { LongLivedMarks } from './traffic/long-lived/long-lived-marks.js';
import { LongLivedRequests } from './traffic/long-lived/long-lived-requests.js';
import { cutShortStream, messagesOnTheWay } from './traffic/messages/unseen-messages.js';
import { type BrokerAdvice } from './traffic/messages/broker-advice.js';
import { MessageSources } from './traffic/messages/message-sources.js';
import { type Notices } from './in-flight/notices.js';
import { type RequestNames } from './traffic/http/request-name.js';
import { UpgradedSockets } from './traffic/http/upgraded-sockets.js';
import { GatewayWork } from './traffic/web-sockets/gateway-work.js';
import { GraphqlSockets } from './traffic/web-sockets/graphql-sockets.js';
import { WebSockets } from './traffic/web-sockets/web-sockets.js';

/** The parts that sources are made from. */
interface Shared {
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

/** The library's own sources of work, and what fills them. */
export interface OwnSources {
  readonly handlers: HandlerTracker;
  readonly longLived: LongLivedRequests;
  readonly webSockets: WebSockets;
  readonly gateways: GatewayWork;
  readonly traffic: HttpTraffic;
  readonly messages: MessageSources;
  readonly tasks: TaskTracker;
  readonly interceptor: InFlightInterceptor;
  readonly graphql: GraphqlSockets;
}

/**
 * Creates the library's own sources of work, and registers them in the order in which their verbs are called. WebSockets
 * come before HTTP, because their close notices need its connections. Message servers come last: they close when HTTP is
 * idle.
 */
export function createOwnSources(shared: Shared): OwnSources {
  const { clock, inFlight, names, sources } = shared;
  const report = reporters(shared);
  const marks = new LongLivedMarks();
  const handlers = new HandlerTracker(clock, inFlight, names);
  const traffic = createTraffic(shared, marks, report);
  const onError = report.failed('response');
  const settings = shared.settings.longLived;
  const longLived = new LongLivedRequests({ ...shared, settings, marks, traffic, onError });
  const webSockets = new WebSockets({
    ...shared,
    closeNotice: settings,
    traffic,
    onError: report.failed('WebSocket'),
    ...report,
  });
  const gateways = new GatewayWork({ ...shared, ...report, connectionOf: webSockets.connectionOf });
  const upgraded = createUpgraded(traffic, webSockets, report);
  const messages = new MessageSources(clock, inFlight, {
    ...shared,
    ...report,
    workMs: longestWorkMs(shared.settings),
  });
  const tasks = new TaskTracker(clock, inFlight, report.onCut);
  sources.add(handlers, longLived, webSockets, gateways, traffic.exemptRequests, traffic, upgraded);
  sources.add(messages.pulled, messages.own, messages.connected, tasks);
  const interceptor = new InFlightInterceptor(handlers, longLived);
  const graphql = new GraphqlSockets(webSockets);
  return { handlers, longLived, webSockets, gateways, traffic, messages, tasks, interceptor, graphql };
}

/** How long a shutdown may wait for what runs at the signal. */
function longestWorkMs({ lameDuck, drainTimeoutMs, budgetMs, hookBudgetMs }: Settings): number {
  return Math.min(lameDuck.maxMs + drainTimeoutMs, budgetMs - hookBudgetMs);
}

/** What sources report while the service stops. */
interface Reporters {
  readonly failed: (origin: string) => (error: unknown) => void;
  readonly onFailed: (origin: string, error: unknown) => void;
  readonly onCut: (items: readonly InFlightItem[]) => void;
  readonly onCutShort: (stream: string) => void;
  readonly onUnseen: (server: string) => void;
  readonly onAdvice: (advice: BrokerAdvice) => void;
  readonly onTerminated: (names: readonly string[]) => void;
}

function reporters({ events, unseen, log }: Shared): Reporters {
  // Several servers may be made in the same way.
  const advised = new Set<string>();
  const onFailed = (origin: string, error: unknown): void => events.emit({ type: 'error-uncaught', origin, error });
  return {
    onFailed,
    failed: (origin) => (error) => onFailed(origin, error),
    onCut: (items) => events.emit({ type: 'work-interrupted', items }),
    onCutShort: (stream) => unseen.add(cutShortStream(stream)),
    onUnseen: (server) => unseen.add(messagesOnTheWay(server)),
    onAdvice: ({ level, text }) => {
      if (!advised.has(text)) log[level](text);
      advised.add(text);
    },
    onTerminated: (terminated) => events.emit({ type: 'upgraded-terminated', names: terminated }),
  };
}

function createUpgraded(traffic: HttpTraffic, followed: WebSockets, { onTerminated }: Reporters): UpgradedSockets {
  const { connections, connectionEnded: connectionClosed } = traffic;
  return new UpgradedSockets({ connections, connectionClosed, followed, onTerminated });
}

function createTraffic(shared: Shared, { isLongLived }: LongLivedMarks, { failed }: Reporters): HttpTraffic {
  const { settings, events, cors, failedProbes } = shared;
  const onError = failed('response');
  const { retryAfterSeconds, lateRequestBody: body, lateRequests } = settings;
  const traffic = new HttpTraffic({
    ...shared,
    exempt: exemptPathsOf(settings),
    late: new LateRequests({ retryAfterSeconds, body }, onError, cors),
    refusesLate: lateRequests === 'refuse',
    isLongLived,
    serving: failedProbes.serving,
    onError,
    onLateLimit: (counts) => events.emit({ type: 'late-connections-closed', ...counts }),
    onClosedElsewhere: closedElsewhere(shared),
    onExemptCut: (items) => events.emit({ type: 'exempt-cut', items }),
  });
  traffic.headWrittenTo.listen((response) => cors.learn(response));
  return traffic;
}
