import { type Clock, currentClock } from './deadline/clock.js';
import { createGuard } from './errors/guard.js';
import { describeError } from './errors/lifecycle-error.js';
import { EventLog } from './events/event-log.js';
import { EventStream } from './events/event-stream.js';
import { type LifecycleEvent } from './events/lifecycle-event.js';
import { FailedProbes } from './health/failed-probes.js';
import { Readiness } from './health/readiness.js';
import { HookRegistry } from './hooks/hook-registry.js';
import { HookRunner } from './hooks/hook-runner.js';
import { InFlightWork } from './in-flight/in-flight-work.js';
import { FoundServers } from './nest/found-servers.js';
import { NestHookWatch } from './nest/nest-hook-watch.js';
import { type Settings } from './options/settings.js';
import { PhaseMachine } from './phase/phase-machine.js';
import { hookShareMs } from './shutdown/budget.js';
import { Drain } from './shutdown/drain.js';
import { HookStage } from './shutdown/hook-stage.js';
import { logReport, logReportSoFar } from './shutdown/report-log.js';
import { ReportRecorder } from './shutdown/report-recorder.js';
import { type ShutdownReport } from './shutdown/shutdown-report.js';
import { ShutdownSequence } from './shutdown/shutdown-sequence.js';
import { scriptRule, UnseenWork } from './shutdown/unseen-work.js';
import { ProcessEnd } from './signals/process-end.js';
import { processSignals } from './signals/shared-process-signals.js';
import { ReadyPoll } from './startup/ready-poll.js';
import { StartUp } from './startup/start-up.js';
import { TaskTracker } from './tasks/task-tracker.js';
import { HandlerTracker } from './traffic/handler-tracker.js';
import { exemptPathsOf } from './traffic/exempt-paths.js';
import { Cors } from './traffic/cors/cors.js';
import { HttpTraffic } from './traffic/http-traffic.js';
import { InFlightInterceptor } from './traffic/in-flight.interceptor.js';
import { LateRequests } from './traffic/late-requests.js';
import { Departures } from './traffic/long-lived/departures.js';
import { LongLivedRequests } from './traffic/long-lived/long-lived-requests.js';
import { cutShortStream, messagesOnTheWay } from './traffic/messages/unseen-messages.js';
import { MessageServers } from './traffic/message-servers.js';
import { Notices } from './traffic/notices.js';
import { RequestNames } from './traffic/request-name.js';
import { GatewayWork } from './traffic/web-sockets/gateway-work.js';
import { GraphqlSockets } from './traffic/web-sockets/graphql-sockets.js';
import { WebSockets } from './traffic/web-sockets/web-sockets.js';

/** Everything one application needs, wired together. Knows all features; they know little of each other. */
export class Lifecycle {
  readonly log = new EventLog();
  readonly phases = new PhaseMachine(this.log.failed);
  readonly inFlight = new InFlightWork();
  /** Around every call of code that is not ours, on boot and on the way out. */
  readonly guard = createGuard(this.log.failed);
  readonly hooks: HookRegistry;
  readonly clock: Clock = currentClock();
  readonly nest = new NestHookWatch(this.guard, this.clock);
  readonly failedProbes = new FailedProbes(this.clock);
  readonly tasks: TaskTracker;
  readonly unseen: UnseenWork;
  readonly handlers: HandlerTracker;
  readonly traffic: HttpTraffic;
  readonly cors = new Cors((error) => this.log.warn(`CORS of a refused request: ${describeError(error)}`));
  readonly messages: MessageServers;
  readonly departures: Departures;
  readonly longLived: LongLivedRequests;
  readonly webSockets: WebSockets;
  readonly gateways: GatewayWork;
  readonly graphql: GraphqlSockets;
  readonly notices: Notices;
  readonly interceptor: InFlightInterceptor;
  readonly names: RequestNames;
  readonly readiness: Readiness;
  readonly startUp: StartUp;
  readonly sequence: ShutdownSequence;
  readonly foundServers: FoundServers;
  readonly processEnd: ProcessEnd;
  /** Whether an HTTP server has to listen before the service is ready; set once Nest has one. */
  needsListener = false;
  readonly #events = new EventStream();
  readonly #poll: ReadyPoll;
  readonly #reported: ((report: ShutdownReport) => void)[] = [];

  constructor(readonly settings: Settings) {
    const { clock, inFlight, phases } = this;
    this.hooks = new HookRegistry(
      (message) => this.log.warn(message),
      (phase) => hookShareMs(settings, phase),
    );
    this.notices = new Notices(inFlight, () => this.traffic.requests());
    this.names = new RequestNames(settings.correlationId, this.log.failed);
    this.handlers = new HandlerTracker(clock, inFlight, this.names);
    this.tasks = new TaskTracker(clock, inFlight);
    this.unseen = new UnseenWork(settings.acceptUnseen);
    this.unseen.addRule(scriptRule(this));
    this.traffic = this.#createTraffic();
    this.departures = new Departures(clock, settings.longLived);
    this.messages = this.#createMessages();
    this.longLived = this.#createLongLived();
    this.interceptor = new InFlightInterceptor(this.handlers, this.longLived);
    this.webSockets = this.#createWebSockets();
    this.gateways = this.#createGatewayWork();
    this.graphql = new GraphqlSockets(this.webSockets);
    this.readiness = new Readiness(
      clock,
      settings.readiness,
      () => ({ hasStarted: phases.current !== 'starting', isShuttingDown: this.sequence.hasBegun }),
      (name, error) => this.log.warn(`readiness gate ${name} is down: ${describeError(error)}`),
    );
    this.readiness.onRefused = this.failedProbes.refused;
    this.#poll = new ReadyPoll(clock, this.readiness, () => this.#becomeReady());
    this.startUp = new StartUp(
      () => this.needsListener,
      () => this.#poll.start(),
    );
    this.sequence = this.#createSequence();
    this.foundServers = new FoundServers(this);
    this.processEnd = new ProcessEnd(processSignals(clock), this.sequence, this);
  }

  #createTraffic(): HttpTraffic {
    const { clock, inFlight, settings, notices, names } = this;
    const onError = (error: unknown): void => this.#events.emit({ type: 'error-uncaught', origin: 'response', error });
    const { retryAfterSeconds, lateRequestBody: body } = settings;
    const late = new LateRequests({ retryAfterSeconds, body }, onError, this.cors);
    const exempt = exemptPathsOf(settings);
    const traffic = new HttpTraffic({ clock, inFlight, exempt, late, notices, names });
    traffic.on.error = onError;
    traffic.on.serving = this.failedProbes.serving;
    traffic.on.lateLimit = (counts) => this.#events.emit({ type: 'late-connections-closed', ...counts });
    return traffic;
  }

  #createMessages(): MessageServers {
    const { clock, inFlight, notices, departures, guard } = this;
    return new MessageServers(clock, inFlight, {
      notices,
      departures,
      guard,
      isShuttingDown: () => this.sequence.hasBegun,
      onCut: (items) => this.#events.emit({ type: 'work-interrupted', items }),
      onCutShort: this.#streamCutShort,
      onUnseen: (server) => this.unseen.add(messagesOnTheWay(server)),
    });
  }

  readonly #streamCutShort = (name: string): void => this.unseen.add(cutShortStream(name));

  #createLongLived(): LongLivedRequests {
    const { clock, traffic, notices, departures, settings } = this;
    const longLived = new LongLivedRequests({
      clock,
      notices,
      departures,
      settings: settings.longLived,
      responses: () => [...traffic.requests()].map(({ response }) => response),
      onError: (error) => traffic.responseFailed(error),
    });
    departures.addSource(longLived);
    traffic.on.headWritten = (response) => {
      this.cors.learn(response);
      longLived.headWritten(response);
    };
    traffic.on.isLongLived = (response) => longLived.isLongLived(response);
    return longLived;
  }

  #createWebSockets(): WebSockets {
    const { clock, inFlight, departures, notices, settings } = this;
    const onError = (error: unknown): void => this.#events.emit({ type: 'error-uncaught', origin: 'WebSocket', error });
    const webSockets = new WebSockets({
      clock,
      inFlight,
      departures,
      notices,
      farewell: settings.longLived,
      onError,
      answers: () => [...this.traffic.requests()].map(({ response }) => response),
      onCut: (items) => this.#events.emit({ type: 'work-interrupted', items }),
    });
    this.traffic.on.followedSockets = () => webSockets.sockets();
    return webSockets;
  }

  #createGatewayWork(): GatewayWork {
    return new GatewayWork(this.inFlight, {
      clock: this.clock,
      isShuttingDown: () => this.sequence.hasBegun,
      connectionOf: this.webSockets.connectionOf,
      departures: this.departures,
      notices: this.notices,
      onCutShort: this.#streamCutShort,
      onError: (origin, error) => this.#events.emit({ type: 'error-uncaught', origin, error }),
    });
  }

  /** Resolves with the report once the shutdown is over. */
  whenReported(): Promise<ShutdownReport> {
    const { report } = this.sequence;
    if (report !== undefined) return Promise.resolve(report);
    return new Promise((resolve) => this.#reported.push(resolve));
  }

  #becomeReady(): void {
    if (this.phases.current !== 'starting' || this.sequence.hasBegun) return;
    this.#events.emit({ type: 'phase-changed', phase: 'ready' });
    this.phases.moveTo('ready');
  }

  #createSequence(): ShutdownSequence {
    const { clock, settings, inFlight, traffic } = this;
    const events = this.#events;
    const recorder = new ReportRecorder(clock);
    for (const reader of [this.log.write, recorder.read]) events.read(reader);
    return new ShutdownSequence({
      clock,
      settings,
      phases: this.phases,
      startUp: this.startUp,
      inFlight,
      traffic,
      longLived: this.longLived,
      failedProbes: this.failedProbes,
      notices: this.notices,
      messages: this.messages,
      webSockets: this.webSockets,
      drain: new Drain({
        clock,
        settings,
        inFlight,
        traffic,
        messages: this.messages,
        departures: this.departures,
        webSockets: this.webSockets,
        notices: this.notices,
        tasks: this.tasks,
        events,
      }),
      hooks: new HookStage(this.hooks, new HookRunner(clock, events, this.nest.waits), this.tasks),
      nest: this.nest,
      events,
      recorder,
      unseen: this.unseen,
      beforeLogs: (report) => logReportSoFar(this.log, report),
      onReport: (report) => this.#publish(report),
      onDeadline: () => this.processEnd.deadlinePassed(),
    });
  }

  /** Tells of what another part has noticed. */
  tell(event: LifecycleEvent): void {
    this.#events.emit(event);
  }

  #publish(report: ShutdownReport): void {
    this.#poll.stop();
    logReport(this.log, report);
    for (const resolve of this.#reported.splice(0)) resolve(report);
  }
}
