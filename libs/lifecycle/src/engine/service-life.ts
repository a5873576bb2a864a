import { type ChildProcess } from 'node:child_process';
import { type Worker } from 'node:worker_threads';
import { type ConfigurationChecks } from '../configuration/configuration-checks.js';
import { nameText } from '../errors/safe-text.js';
import { type Registration } from '../hooks/hook-registry.js';
import { type Closer, type RegisterOptions } from '../hooks/register-options.js';
import { type SourceHandle } from '../sources/added-sources.js';
import { type FollowOptions } from '../followed/follow-options.js';
import { type IntakeOptions } from '../sources/intake-options.js';
import { beginDrain, drainAlone, type DrainResult } from './drain-alone.js';
import { type InFlight } from '../in-flight/in-flight-work.js';
import { type WorkSource } from '../in-flight/work-source.js';
import { closerOf, type PlannedStep, planOf } from '../plan/shutdown-plan.js';
import { asHandle } from '../resources/handle.js';
import { countResources, infoOf, type ResourceInfo, type ResourceStatistics } from '../resources/resource.js';
import { type CoordinateOptions, readCoordination } from '../coordination/coordinate-options.js';
import { type Engine } from './engine.js';
import { type Phase } from '../phase/phase.js';
import { type SourceStatistics } from '../in-flight/work-sources.js';
import { type ErrorReport, type ShutdownReport } from '../report/shutdown-report.js';
import { askingWork } from '../waits/asking-work.js';
import { refuseCircularWait } from '../waits/circular-wait-error.js';
import { type WaitPhase } from '../shutdown/endable-waits.js';
import { type TaskHandle } from '../tasks/task-tracker.js';
import { type Readiness } from '../health/readiness.js';
import { type DetailedHealth } from '../monitor/detailed-health.js';
import { type HealthMonitor } from '../monitor/health-monitor.js';

/** How far a shutdown has come. */
export interface ShutdownProgress {
  readonly phase: Phase;
  /** Milliseconds left of the budget; the whole budget before the shutdown. */
  readonly remainingMs: number;
  readonly inFlight: InFlight;
  readonly hooks: { readonly total: number; readonly done: number };
  /** Milliseconds since the signal; 0 before. */
  readonly durationMs: number;
  /** How many pieces of work have ended by themselves since the signal, until the drain was over. */
  readonly drained: number;
  /** What has failed since the signal: hooks, those of Nest, background tasks, errors that were not caught. */
  readonly errors: readonly ErrorReport[];
  /** What is being waited for, by name. */
  readonly waitingFor: readonly string[];
}

/** What became of the work of a service since its process has started. Plain data. */
export interface Statistics extends Omit<SourceStatistics, 'name'> {
  /** When the application was created, ISO 8601. */
  readonly since: string;
  /** Of each source of work that has had some. */
  readonly sources: readonly SourceStatistics[];
  /** How many pools and clients there are, by their state and by what they are for. */
  readonly resources: ResourceStatistics;
}

/** What `shutdown()` can be told of its reason. */
export interface ShutdownCause {
  /**
   * What the process is to exit with, from 0 to 255. A failure still shows: 0 becomes 1 then. Default: `process.exitCode`
   * where the application has set it, else 0.
   */
  readonly exitCode?: number;
  /** What has gone wrong. It is logged and in the report, and the outcome is `failed`, with exit code 1 by default. */
  readonly error?: unknown;
}

/** Undoes `trackServer`; also at the end of a block, with `using` or `await using`. */
export interface TrackedServer extends Disposable, AsyncDisposable {
  (): void;
}

/** The service's life: to read it, to wait for it, to end it. The same with Nest and without. */
export class ServiceLife {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Where the service is in its life. */
  get phase(): Phase {
    return this.#engine.phases.current;
  }

  /** Whether the service is on its way out; true in the tick of the signal. */
  get isShuttingDown(): boolean {
    return this.#engine.state.hasBegun;
  }

  /** Readiness, and the conditions for it. */
  get readiness(): Pick<Readiness, 'addGate' | 'check' | 'staysReady'> {
    return this.#engine.readiness;
  }

  /** The components whose health is checked, see the option `healthMonitor`. */
  get monitor(): Pick<HealthMonitor, 'add' | 'isOn'> {
    return this.#engine.health.monitor;
  }

  /** What the detailed health page says now: plain data, without anything secret. */
  detailedHealth(): DetailedHealth {
    return this.#engine.health.reader.read();
  }

  /** What was found of the configuration when the service started, and what to add checks of your own with. */
  get productionReadiness(): Pick<ConfigurationChecks, 'add' | 'result'> {
    return this.#engine.configuration;
  }

  /** How it went; `undefined` until it is over. */
  get report(): ShutdownReport | undefined {
    return this.#engine.sequence.report;
  }

  /**
   * What a shutdown would do now, in order: what stops its intake, the hooks by their priorities, and the pools and clients that
   * are closed at the end, with who closes each. Complete once the application has been bootstrapped.
   */
  plan(): PlannedStep[] {
    return planOf(this.#engine);
  }

  /** What is in flight right now, by name: requests, messages, tasks. */
  inFlight(): InFlight {
    return this.#engine.inFlight.snapshot(this.#engine.clock.now());
  }

  /**
   * What became of the work of this service since it was created: served, and, since the signal, drained, refused and
   * interrupted. A request is one piece, with its handler. Counted from what sources of work count anyway.
   */
  statistics(): Statistics {
    const { sources, inFlight, createdAt } = this.#engine;
    const all = sources.statistics();
    const sum = (of: Exclude<keyof SourceStatistics, 'name'>): number => all.reduce((total, one) => total + one[of], 0);
    return {
      since: createdAt.toISOString(),
      inFlight: inFlight.count,
      served: sum('served'),
      drained: sum('drained'),
      refused: sum('refused'),
      interrupted: sum('interrupted'),
      sources: all.filter(({ name: _name, ...counts }) => Object.values(counts).some((count) => count > 0)),
      resources: countResources(this.resources()),
    };
  }

  /** How far the shutdown has come. */
  progress(): ShutdownProgress {
    const { sequence, failures } = this.#engine;
    return {
      phase: this.phase,
      remainingMs: Math.round(sequence.remainingMs),
      inFlight: this.inFlight(),
      hooks: sequence.hookCounts,
      durationMs: Math.round(sequence.elapsedMs),
      drained: this.isShuttingDown ? sequence.drain.drained : 0,
      errors: failures.reports,
      waitingFor: sequence.waitingFor,
    };
  }

  /**
   * Stops the service as a SIGTERM would: all phases, all hooks, then the process ends. Joins a shutdown that has begun.
   * Do not await it in a hook, a request handler, a message handler or tracked work, which it waits for: those get an error
   * of the code `CIRCULAR_WAIT`.
   *
   * @param reason what logs, hooks and the report say of it
   * @param cause the exit code, or the error that is the reason
   * @returns the report, just before the process ends
   */
  shutdown(reason = 'shutdown()', cause: ShutdownCause = {}): Promise<ShutdownReport> {
    const { processEnd, log, inFlight } = this.#engine;
    const asking = askingWork(inFlight);
    const reported = this.#engine.reports.whenReported();
    processEnd.request({ reason: nameText(reason), ...checkedCause(cause, (message) => log.warn(message)) });
    return this.#engine.waits.ended({ end: reported, answer: refuseCircularWait('shutdown()'), asking });
  }

  /**
   * Drains the service alone: lame duck, intakes, what is in flight. It then stays in the phase `draining`, and alive, until a
   * signal, `app.close()` or `shutdown()` comes, which goes on with the hooks at once. Joins a shutdown that has begun. The
   * budget begins with the drain; once its time for drains is used up, the end gets one of its own.
   *
   * @param reason what logs, hooks and the report say of it
   * @returns how it went, once nothing is in flight or the time of the drain is up. Awaited in work that the drain waits
   *   for, it throws `CIRCULAR_WAIT`
   */
  drain(reason = 'drain()'): Promise<DrainResult> {
    const asking = askingWork(this.#engine.inFlight);
    const end = drainAlone(this.#engine, nameText(reason));
    return this.#engine.waits.ended({ end, answer: refuseCircularWait('drain()'), asking });
  }

  /**
   * The same as {@link drain}, and does not wait for what is in flight.
   *
   * @returns once nothing new is taken in: the lame duck is over, listeners are closed, intakes have stopped
   */
  async stopAccepting(reason = 'stopAccepting()'): Promise<void> {
    beginDrain(this.#engine, nameText(reason));
    const { sequence } = this.#engine;
    await Promise.race([sequence.drain.intakeStopped, sequence.whenDrained]);
  }

  /**
   * The same as {@link drain}, without any wait: ends a lame duck, and interrupts and cuts what is in flight. Also during a
   * shutdown. Hooks are never cut short.
   *
   * @returns how it went, once everything is cut
   */
  forceClose(reason = 'forceClose()'): Promise<DrainResult> {
    const text = nameText(reason);
    beginDrain(this.#engine, text);
    this.#engine.sequence.cutShort(text);
    return drainAlone(this.#engine, text);
  }

  /**
   * Ends the wait that the shutdown is in: the lame duck, or the drain, whose work is interrupted as when its time is up.
   * The shutdown then goes on; hooks are never cut short. A second `shutdown()` or `app.close()` only
   * joins what has begun.
   *
   * @param reason what the log and the report (`endedEarly`) say of it
   * @returns which wait was ended; `undefined` when nothing was waited for
   */
  endWait(reason = 'endWait()'): WaitPhase | undefined {
    return this.#engine.sequence.endWait(reason);
  }

  /**
   * The same as `@OnGracefulShutdown()`, for things that are not providers. A pool or client of a kind that is known is closed like one
   * that is found among providers: with the priority, the time and the forced close of its kind; telemetry and logs in the phase `stopped`.
   * Of any other instance it calls the method `closeWith`, else the first of `Symbol.asyncDispose`, `close`, `quit`, `end`,
   * `disconnect`, `$disconnect`, `shutdown`, `dispose`, `Symbol.dispose`, else the only one of `stop`, `release`, `destroy`, `terminate`,
   * `kill`. A function is called with the context of a hook. Once its phase has run, it is closed at once.
   *
   * @returns its undo, also `using registration = …`
   * @throws LifecycleError when the options cannot be used, or nothing says how to close it
   */
  register(name: string, closer: Closer, options?: RegisterOptions): Registration {
    return this.#engine.hooks.register(typeof name === 'string' ? nameText(name) : name, closer, options);
  }

  /**
   * Takes back what was given to {@link register}: the service is not to close it any more. By its name, or by what `register()`
   * has returned.
   *
   * @returns whether there was one
   */
  unregister(which: string | Registration): boolean {
    return this.#engine.hooks.unregister(typeof which === 'string' ? nameText(which) : which);
  }

  /**
   * Pools, clients and exporters with what they are for, how far closing each has come, and who does it: those that were registered, then
   * those that were found among the providers, each in the order in which they are closed. Plain data.
   */
  resources(): ResourceInfo[] {
    const { registered, resources } = this.#engine;
    return [...registered.list(), ...resources.found.map((resource) => infoOf(resource, closerOf(resource)))];
  }

  /**
   * Adds a source of work: a consumer, a scheduler, a tunnel. From now on it is in `inFlight()`, and a shutdown stops its
   * intake, waits for what it has in flight, names that in progress lines, interrupts it when the time is up, and says in
   * the report what became of it. One that is added during a shutdown is told at once what it has missed. Without effect
   * on a shutdown with `enabled: false`.
   *
   * @returns its undo, also `using source = …`, with `changed()`
   * @throws LifecycleError `INVALID_SOURCE` when it has no name, or there is a source of that name
   */
  addSource(source: WorkSource): SourceHandle {
    return this.#engine.added.add(source);
  }

  /**
   * Stops what pulls work in, such as a consumer or a poller: at the signal, while HTTP is still served, or when the drain begins.
   * What it has taken in is in `inFlight()`, waited for in the drain with its whole share of the time, and named where it
   * is cut. For a source that has more to say there is {@link addSource}.
   *
   * @returns its undo, also `using orders = …`, with `changed()`
   * @throws LifecycleError `INVALID_SOURCE` when it has no name, there is a source of that name, or the options cannot be
   *   used
   */
  intake(name: string, options: IntakeOptions): SourceHandle {
    return this.#engine.added.intake(name, options);
  }

  /**
   * Stops a child process or a thread with the service: it is told by a signal or a message, waited for in the drain, in `inFlight()`
   * while it runs, killed when the time is up, and named in the report then. An exit code other than 0, once the shutdown has begun,
   * is an error of the report. Without effect with `enabled: false`.
   *
   * @returns its undo, also `using followed = …`
   * @throws LifecycleError `INVALID_SOURCE` when it is neither, or the options cannot be used
   */
  follow(child: ChildProcess | Worker, options: FollowOptions = {}): Registration {
    return this.#engine.followed.follow(child, options);
  }

  /**
   * Lets no more than `limit` instances of a group drain at the same time. From the signal on this one goes on serving, as in the
   * lame duck, until it has its turn or its time for that is up; the place is given back when its drain is over. A limit that
   * cannot be reached keeps no instance from stopping. `turns` in the report has what became of it. Without effect on
   * `app.close()`, and with `enabled: false`.
   *
   * @returns its undo, also `using turns = …`
   * @throws LifecycleError `INVALID_COORDINATION` when the options cannot be used
   */
  coordinate(options: CoordinateOptions): Registration {
    const { settings, coordination } = this.#engine;
    const { budgetMs, hookBudgetMs } = settings;
    return asHandle(coordination.add(readCoordination(options, budgetMs - hookBudgetMs)));
  }

  /**
   * Makes the drain wait for background work.
   *
   * @param label what logs and the report call it
   * @param work a promise, or a function that gets a signal aborted when its time is up; left out, the work ends with
   *   `done()` of the handle returned, or at the end of the block with `using`
   */
  track(label: string): TaskHandle;
  track<T>(label: string, work: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>)): Promise<T>;
  track<T>(
    label: string,
    work?: PromiseLike<T> | ((signal: AbortSignal) => T | PromiseLike<T>),
  ): TaskHandle | Promise<T> {
    const { tasks } = this.#engine.own;
    return work === undefined ? tasks.start(label) : tasks.run(label, work);
  }
}

/** A shutdown is never refused: a code that no process can exit with becomes 1, and that is told. */
function checkedCause({ exitCode, error }: ShutdownCause, warn: (message: string) => void): ShutdownCause {
  const cause = error === undefined ? {} : { error };
  if (exitCode === undefined) return cause;
  if (Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 255) return { ...cause, exitCode };
  warn(`shutdown() was given ${String(exitCode)} as its exitCode, which is no whole number from 0 to 255; it is 1.`);
  return { ...cause, exitCode: 1 };
}
