import { ConfigurationChecks } from '../configuration/configuration-checks.js';
import { Coordination } from '../coordination/coordination.js';
import { type Clock, currentClock } from '../deadline/clock.js';
import { createGuard, type Guard } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { Dumps } from '../dump/dumps.js';
import { type EventLog } from '../events/event-log.js';
import { EventStream } from '../events/event-stream.js';
import { type LifecycleEvent } from '../events/lifecycle-event.js';
import { DetailSections } from '../health/detail-sections.js';
import { DrainEndpoint } from '../health/drain-endpoint.js';
import { FailedProbes } from '../health/failed-probes.js';
import { ProbeServer } from '../health/probe-server.js';
import { Probes } from '../health/probes.js';
import { Readiness } from '../health/readiness.js';
import { Follower } from '../followed/follower.js';
import { HookRegistry } from '../hooks/hook-registry.js';
import { HookRunner } from '../hooks/hook-runner.js';
import { Departures } from '../in-flight/departures.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { Notices } from '../in-flight/notices.js';
import { WorkSources } from '../in-flight/work-sources.js';
import { Metrics } from '../metrics/metrics.js';
import { type Settings } from '../options/settings.js';
import { createParentReader } from '../parent/tell-parent.js';
import { PhaseMachine } from '../phase/phase-machine.js';
import { ShutdownState } from '../phase/shutdown-state.js';
import { RegisteredResources } from '../resources/registered-resources.js';
import { RefusedCalls } from '../resources/refused-calls.js';
import { Resources } from '../resources/resources.js';
import { hookShareMs } from '../shutdown/budget.js';
import { Drain } from '../shutdown/drain.js';
import { Failures } from '../shutdown/failures.js';
import { HookStage } from '../shutdown/hook-stage.js';
import { type HostSteps } from '../shutdown/host-steps.js';
import { ReportOutputs } from '../report-outputs/report-outputs.js';
import { ReportRecorder } from '../shutdown/report-recorder.js';
import { Reports } from '../shutdown/reports.js';
import { StoppingLoop } from '../shutdown/stopping-loop.js';
import { ShutdownSequence } from '../shutdown/shutdown-sequence.js';
import { ProcessEnd } from '../signals/process-end.js';
import { processSignals } from '../signals/shared-process-signals.js';
import { AddedSources } from '../sources/added-sources.js';
import { ReadyPoll } from '../startup/ready-poll.js';
import { StartUp } from '../startup/start-up.js';
import { Cors } from '../traffic/http/cors/cors.js';
import { RequestNames } from '../traffic/http/request-name.js';
import { TrackedServers } from '../traffic/http/tracked-servers.js';
import { systemdHere } from '../systemd/systemd.js';
import { readForSystemd } from '../systemd/systemd-reader.js';
import { Traces } from '../traces/traces.js';
import { UnseenWork } from '../unseen/unseen-work.js';
import { Waits } from '../waits/waits.js';
import { drainAlone } from './drain-alone.js';
import { endTelemetry } from './end-telemetry.js';
import { type EngineSources, type SourceParts } from './engine-sources.js';
import { HealthParts } from './health-parts.js';
import { createPages } from './probe-pages.js';

/** What a service runs in: Nest, or nothing. It brings the sources and the steps that only it has. */
export interface Host {
  /** Creates the library's sources of work, and registers them. */
  createSources(parts: SourceParts): EngineSources;
  /** What happens behind the hooks. */
  createSteps(parts: HostParts): HostSteps;
  /** Whether it closes the service once the hooks have run, and so is waited for. */
  readonly closesItself: boolean;
}

/** What the steps of a host are made from. */
export interface HostParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly waits: Waits;
}

/** The settings, the log and the host, from which everything else is made. */
class EngineInput<H extends Host> {
  constructor(
    readonly settings: Settings,
    readonly log: EventLog,
    protected readonly host: H,
  ) {}
}

/**
 * All parts of one service, wired from top to bottom: each part is made from parts above it. It knows no framework: Nest's part is in
 * `wiring.ts`, that of a service without it in `standalone`.
 */
export class Engine<H extends Host = Host> extends EngineInput<H> {
  readonly clock: Clock = currentClock();
  readonly createdAt = new Date();
  readonly events = new EventStream(this.clock);
  readonly #systemd = systemdHere((message) => this.log.warn(message));
  readonly #parent = createParentReader(() => this.#systemd?.ready());
  /** What has failed since the signal. */
  readonly failures = new Failures();
  readonly #recorder = this.#createRecorder();
  readonly phases = new PhaseMachine();
  readonly state = new ShutdownState();
  /** Guards every call of foreign code, at the start and at the stop. */
  readonly guard = createGuard(this.log.failed);
  /** What features have to say on the detailed health page. */
  readonly details = new DetailSections(this.guard);
  /** Whether the configuration of the application is fit for production. */
  readonly configuration = this.#createConfiguration();
  /** Which hook awaits which end. */
  readonly waits = new Waits(this.clock);
  readonly steps: ReturnType<H['createSteps']> = this.#createSteps();
  readonly failedProbes = new FailedProbes(this.clock);
  readonly inFlight = new InFlightWork();
  readonly sources = this.#createWorkSources();
  readonly notices = new Notices(this.sources);
  readonly departures = new Departures(this.clock, this.settings.longLived, this.sources);
  readonly names = new RequestNames(this.settings.correlationId, this.log.failed);
  readonly cors = new Cors((error) => this.log.warn(`CORS of a refused request: ${describeError(error)}`));
  readonly unseen = new UnseenWork(this.settings.acceptUnseen);
  /** The library's own sources of work. */
  readonly own: ReturnType<H['createSources']> = this.#createSources();
  /** The sources that the application has added. */
  readonly added = new AddedSources(this);
  /** Child processes and threads that stop with the service. */
  readonly followed = new Follower(this);
  /** Pools, clients and exporters among the providers. */
  readonly resources = new Resources(this);
  /** What the application has given to `register()`. */
  readonly registered = new RegisteredResources(this);
  /** Circuit breakers, from when the time of what is in flight is up. */
  readonly refusedCalls = this.#createRefusedCalls();
  readonly hooks = new HookRegistry(
    (message) => this.log.warn(message),
    (phase) => hookShareMs(this.settings, phase),
    this.registered,
  );
  /** The turns of this instance among others. */
  readonly coordination = new Coordination(this.clock, this.events);
  readonly readiness = this.#createReadiness();
  /** What watches how well the service is. */
  readonly health = new HealthParts(this);
  readonly #poll = new ReadyPoll(this.clock, this.readiness, () => this.#becomeReady());
  readonly startUp = this.#createStartUp();
  /** Before those that wait for the report: they may go on in the tick in which they get it. */
  readonly reportOutputs = this.#createReportOutputs();
  readonly metrics = new Metrics(this);
  readonly traces = new Traces(this);
  readonly reports = this.#createReports();
  readonly hookStage = this.#createHookStage();
  readonly sequence = this.#createSequence();
  /** What it is doing, for who asks. */
  readonly dumps = new Dumps(this);
  /** The servers that the application has handed over. */
  readonly servers = this.#createServers();
  readonly processEnd = this.#createProcessEnd();
  readonly probes = new Probes(this);
  readonly drainEndpoint = new DrainEndpoint(this.settings.drainEndpoint, () => drainAlone(this, 'POST /drain'));
  /** What the probe port serves beside the probes. */
  readonly pages = createPages(this);
  readonly probeServer = new ProbeServer(this);

  /** Whether a framework closes the service once the hooks have run. */
  get isClosedByHost(): boolean {
    return this.host.closesItself;
  }

  /** What closing is to reject with; nothing unless that was asked for and something has failed. */
  closeFailure(): Error | undefined {
    return this.settings.raiseOnError ? this.failures.asError(this.sequence.report) : undefined;
  }

  /** Emits an event for another part. */
  tell(event: LifecycleEvent): void {
    this.events.emit(event);
  }

  #createConfiguration(): ConfigurationChecks {
    const checks = new ConfigurationChecks(this);
    this.details.add('configuration', () => checks.result);
    return checks;
  }

  #createReportOutputs(): ReportOutputs {
    const outputs = new ReportOutputs(this);
    this.events.read(outputs.read);
    return outputs;
  }

  /** Created first, so that the log and the report read events before other readers. */
  #createRecorder(): ReportRecorder {
    const recorder = new ReportRecorder(this.clock);
    const readers = [this.log.write, recorder.read, this.failures.read, this.#parent.read];
    for (const reader of readers) this.events.read(reader);
    if (this.#systemd !== undefined) this.events.read(readForSystemd(this.#systemd));
    return recorder;
  }

  #createReports(): Reports {
    const reports = new Reports();
    this.events.read(reports.read);
    void this.startUp.settled.then(() => (this.startUp.hasFailed ? this.#parent.failed() : undefined));
    this.events.read(({ type }) => (type === 'shutdown-ended' ? this.#poll.stop() : undefined));
    return reports;
  }

  #createWorkSources(): WorkSources {
    const onError = (origin: string, error: unknown): void => this.tell({ type: 'error-uncaught', origin, error });
    const sources = new WorkSources(this.inFlight, onError, this.settings.intake);
    sources.stopped.listen((source) => this.tell({ type: 'source-stopped', source }));
    return sources;
  }

  // The type of what the host returns is known, and TypeScript does not follow it through the generic.
  #createSteps(): ReturnType<H['createSteps']> {
    return this.host.createSteps(this) as ReturnType<H['createSteps']>;
  }

  #createSources(): ReturnType<H['createSources']> {
    return this.host.createSources(this) as ReturnType<H['createSources']>;
  }

  #createRefusedCalls(): RefusedCalls {
    const refused = new RefusedCalls(this);
    this.own.tasks.signal.addEventListener('abort', () => refused.begin());
    return refused;
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

  #createStartUp(): StartUp {
    const startUp = new StartUp(() => this.#poll.start());
    void startUp.settled.then(() => (startUp.hasFailed ? this.health.stop() : this.health.start()));
    return startUp;
  }

  #becomeReady(): void {
    if (this.phases.current !== 'starting' || this.state.hasBegun) return;
    this.events.emit({ type: 'phase-changed', phase: 'ready' });
    this.phases.moveTo('ready');
  }

  #createServers(): TrackedServers {
    const { settings, own, startUp } = this;
    return new TrackedServers({ settings, traffic: own.traffic, startUp });
  }

  #createProcessEnd(): ProcessEnd {
    return new ProcessEnd(processSignals(this.clock), this.sequence, this);
  }

  #createHookStage(): HookStage {
    const { hooks, clock, events, waits, traces, own } = this;
    return new HookStage(hooks, new HookRunner(clock, events, waits, traces.within), own.tasks);
  }

  #createSequence(): ShutdownSequence {
    const { clock, settings, events, phases, state, startUp, hookStage, steps, resources } = this;
    const { sources, failedProbes, notices, unseen, coordination, metrics, traces } = this;
    return new ShutdownSequence({
      clock,
      settings,
      phases,
      state,
      startUp,
      sources,
      failedProbes,
      notices,
      host: steps,
      resources,
      coordination,
      telemetry: endTelemetry(metrics, traces),
      loop: new StoppingLoop(this),
      events,
      unseen,
      drain: new Drain(this),
      hooks: hookStage,
      recorder: this.#recorder,
    });
  }
}
