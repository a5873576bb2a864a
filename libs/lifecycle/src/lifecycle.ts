import { type Clock, currentClock } from './deadline/clock.js';
import { createGuard } from './errors/foreign-call.js';
import { describeError } from './errors/lifecycle-error.js';
import { EventLog } from './events/event-log.js';
import { EventStream } from './events/event-stream.js';
import { type LifecycleEvent } from './events/lifecycle-event.js';
import { FailedProbes } from './health/failed-probes.js';
import { Readiness } from './health/readiness.js';
import { HookRegistry } from './hooks/hook-registry.js';
import { HookRunner } from './hooks/hook-runner.js';
import { AddedSources } from './in-flight/added-sources.js';
import { InFlightWork } from './in-flight/in-flight-work.js';
import { WorkSources } from './in-flight/work-sources.js';
import { FoundServers } from './nest/found-servers.js';
import { NestHookWatch } from './nest/nest-hook-watch.js';
import { type Settings } from './options/settings.js';
import { PhaseMachine } from './phase/phase-machine.js';
import { ShutdownState } from './phase/shutdown-state.js';
import { hookShareMs } from './shutdown/budget.js';
import { Drain } from './shutdown/drain.js';
import { HookStage } from './shutdown/hook-stage.js';
import { ReportRecorder } from './shutdown/report-recorder.js';
import { Reports } from './shutdown/reports.js';
import { ShutdownSequence } from './shutdown/shutdown-sequence.js';
import { scriptRule, UnseenWork } from './shutdown/unseen-work.js';
import { ProcessEnd } from './signals/process-end.js';
import { processSignals } from './signals/shared-process-signals.js';
import { ReadyPoll } from './startup/ready-poll.js';
import { StartUp } from './startup/start-up.js';
import { Cors } from './traffic/cors/cors.js';
import { Departures } from './traffic/long-lived/departures.js';
import { Notices } from './traffic/notices.js';
import { RequestNames } from './traffic/request-name.js';
import { createOwnSources, type OwnSources } from './own-sources.js';

/** Everything one application needs, wired together: each part is made of parts that exist. */
export class Lifecycle {
  readonly log = new EventLog();
  readonly events = new EventStream();
  readonly phases = new PhaseMachine(this.log.failed);
  readonly state = new ShutdownState();
  /** Around every call of code that is not ours, on boot and on the way out. */
  readonly guard = createGuard(this.log.failed);
  readonly clock: Clock = currentClock();
  readonly nest = new NestHookWatch(this.guard, this.clock);
  readonly failedProbes = new FailedProbes(this.clock);
  readonly inFlight = new InFlightWork();
  readonly sources = new WorkSources(this.inFlight, (origin, error) =>
    this.events.emit({ type: 'error-uncaught', origin, error }),
  );
  readonly notices = new Notices(this.sources);
  readonly cors = new Cors((error) => this.log.warn(`CORS of a refused request: ${describeError(error)}`));
  readonly departures: Departures;
  readonly names: RequestNames;
  readonly unseen: UnseenWork;
  readonly own: OwnSources;
  /** Those of the application. */
  readonly added: AddedSources;
  readonly hooks: HookRegistry;
  readonly readiness: Readiness;
  readonly startUp: StartUp;
  readonly reports: Reports;
  readonly sequence: ShutdownSequence;
  readonly foundServers: FoundServers;
  readonly processEnd: ProcessEnd;

  constructor(readonly settings: Settings) {
    const { clock, events, log, sources } = this;
    const recorder = new ReportRecorder(clock);
    for (const reader of [log.write, recorder.read]) events.read(reader);
    this.hooks = new HookRegistry(
      (message) => log.warn(message),
      (phase) => hookShareMs(settings, phase),
    );
    this.departures = new Departures(clock, settings.longLived, sources);
    this.names = new RequestNames(settings.correlationId, log.failed);
    this.unseen = new UnseenWork(settings.acceptUnseen);
    this.own = createOwnSources(this);
    this.added = new AddedSources(this);
    this.readiness = this.#createReadiness();
    const poll = new ReadyPoll(clock, this.readiness, () => this.#becomeReady());
    this.startUp = new StartUp(() => poll.start());
    const { startUp, added, hooks, unseen } = this;
    const { tasks, traffic } = this.own;
    unseen.addRule(scriptRule({ startUp, added, hooks, tasks }));
    this.reports = new Reports(log, poll);
    this.sequence = this.#createSequence(recorder);
    this.foundServers = new FoundServers({ clock, settings, traffic, unseen, log, startUp, state: this.state });
    this.processEnd = new ProcessEnd(processSignals(clock), this.sequence, this);
  }

  /** Tells of what another part has noticed. */
  tell(event: LifecycleEvent): void {
    this.events.emit(event);
  }

  #createReadiness(): Readiness {
    const { clock, log, phases, settings, state } = this;
    const phase = {
      get hasStarted() {
        return phases.current !== 'starting';
      },
      get isShuttingDown() {
        return state.hasBegun;
      },
    };
    return new Readiness(clock, settings.readiness, phase, {
      gateDown: (name, error) => log.warn(`readiness gate ${name} is down: ${describeError(error)}`),
      refused: this.failedProbes.refused,
    });
  }

  #becomeReady(): void {
    if (this.phases.current !== 'starting' || this.state.hasBegun) return;
    this.events.emit({ type: 'phase-changed', phase: 'ready' });
    this.phases.moveTo('ready');
  }

  #createSequence(recorder: ReportRecorder): ShutdownSequence {
    const { clock, settings, events, phases, state, startUp, hooks, nest, own, reports } = this;
    const { sources, failedProbes, notices, unseen } = this;
    return new ShutdownSequence({
      clock,
      settings,
      phases,
      state,
      startUp,
      sources,
      failedProbes,
      notices,
      nest,
      events,
      unseen,
      drain: new Drain(this),
      hooks: new HookStage(hooks, new HookRunner(clock, events, nest.waits), own.tasks),
      recorder,
      beforeLogs: reports.soFar,
      onReport: reports.publish,
    });
  }
}
