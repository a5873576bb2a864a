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
import { Integrations } from './integrations/integrations.js';
import { Resources } from './resources/resources.js';
import { AddedSources } from './sources/added-sources.js';
import { InFlightWork } from './in-flight/in-flight-work.js';
import { WorkSources } from './in-flight/work-sources.js';
import { FoundServers } from './nest/found-servers.js';
import { NestHookWatch } from './nest/nest-hook-watch.js';
import { type Settings } from './options/settings.js';
import { PhaseMachine } from './phase/phase-machine.js';
import { ShutdownState } from './phase/shutdown-state.js';
import { hookShareMs } from './shutdown/budget.js';
import { Drain } from './shutdown/drain.js';
import { Failures } from './shutdown/failures.js';
import { HookStage } from './shutdown/hook-stage.js';
import { ReportRecorder } from './shutdown/report-recorder.js';
import { Reports } from './shutdown/reports.js';
import { ShutdownSequence } from './shutdown/shutdown-sequence.js';
import { scriptRule, UnseenWork } from './unseen/unseen-work.js';
import { ProcessEnd } from './signals/process-end.js';
import { processSignals } from './signals/shared-process-signals.js';
import { ReadyPoll } from './startup/ready-poll.js';
import { StartUp } from './startup/start-up.js';
import { Cors } from './traffic/http/cors/cors.js';
import { Departures } from './in-flight/departures.js';
import { Notices } from './in-flight/notices.js';
import { RequestNames } from './traffic/http/request-name.js';
import { createOwnSources } from './sources-wiring.js';

/** The settings and the log, from which everything else is made. */
class WiringInput {
  constructor(
    readonly settings: Settings,
    readonly log = new EventLog(),
  ) {}
}

/** All parts of one application, wired from top to bottom: each part is made from parts above it. */
export class Wiring extends WiringInput {
  readonly clock: Clock = currentClock();
  readonly createdAt = new Date();
  readonly events = new EventStream();
  /** What has failed since the signal. */
  readonly failures = new Failures();
  readonly #recorder = this.#createRecorder();
  readonly phases = new PhaseMachine(this.log.failed);
  readonly state = new ShutdownState();
  /** Guards every call of foreign code, at the start and at the stop. */
  readonly guard = createGuard(this.log.failed);
  readonly nest = new NestHookWatch(this.guard, this.clock);
  readonly failedProbes = new FailedProbes(this.clock);
  readonly inFlight = new InFlightWork();
  readonly sources = new WorkSources(
    this.inFlight,
    (origin, error) => this.tell({ type: 'error-uncaught', origin, error }),
    this.settings.intake,
  );
  readonly notices = new Notices(this.sources);
  readonly departures = new Departures(this.clock, this.settings.longLived, this.sources);
  readonly names = new RequestNames(this.settings.correlationId, this.log.failed);
  readonly cors = new Cors((error) => this.log.warn(`CORS of a refused request: ${describeError(error)}`));
  readonly unseen = new UnseenWork(this.settings.acceptUnseen);
  /** The library's own sources of work. */
  readonly own = createOwnSources(this);
  /** The sources that the application has added. */
  readonly added = new AddedSources(this);
  /** Packages whose work is followed. */
  readonly integrations = new Integrations(this);
  readonly hooks = new HookRegistry(
    (message) => this.log.warn(message),
    (phase) => hookShareMs(this.settings, phase),
  );
  /** Pools, clients and exporters among the providers. */
  readonly resources = new Resources(this);
  readonly readiness = this.#createReadiness();
  readonly #poll = new ReadyPoll(this.clock, this.readiness, () => this.#becomeReady());
  readonly startUp = new StartUp(() => this.#poll.start());
  readonly reports = new Reports(this.log, this.#poll);
  readonly sequence = this.#createSequence();
  readonly foundServers = this.#createFoundServers();
  readonly processEnd = new ProcessEnd(processSignals(this.clock), this.sequence, this);

  constructor(settings: Settings, log?: EventLog) {
    super(settings, log);
    const { startUp, added, hooks, integrations, own } = this;
    this.unseen.addRule(scriptRule({ startUp, added, hooks, integrations, tasks: own.tasks }));
  }

  /** What `app.close()` is to reject with; nothing unless that was asked for and something has failed. */
  closeFailure(): Error | undefined {
    return this.settings.raiseOnError ? this.failures.asError(this.sequence.report) : undefined;
  }

  /** Emits an event for another part. */
  tell(event: LifecycleEvent): void {
    this.events.emit(event);
  }

  /** Created first, so that the log and the report read events before other readers. */
  #createRecorder(): ReportRecorder {
    const recorder = new ReportRecorder(this.clock);
    for (const reader of [this.log.write, recorder.read, this.failures.read]) this.events.read(reader);
    return recorder;
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

  #createFoundServers(): FoundServers {
    const { clock, settings, own, unseen, log, startUp, state } = this;
    return new FoundServers({ clock, settings, traffic: own.traffic, unseen, log, startUp, state });
  }

  #createSequence(): ShutdownSequence {
    const { clock, settings, events, phases, state, startUp, hooks, nest, own, reports, resources } = this;
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
      resources,
      events,
      unseen,
      drain: new Drain(this),
      hooks: new HookStage(hooks, new HookRunner(clock, events, nest.waits), own.tasks),
      recorder: this.#recorder,
      beforeLogs: reports.soFar,
      onReport: reports.publish,
    });
  }
}
