import { setMaxListeners } from 'node:events';
import { nextTurn } from '../deadline/clock.js';
import { protectTask } from '../ecs/protect-task.js';
import { checkAtStart } from '../configuration/checked-at-start.js';
import { configuredFacts } from '../engine/configured-facts.js';
import { logSettings } from '../engine/boot-lines.js';
import { type Engine } from '../engine/engine.js';
import { ServiceLife, type TrackedServer } from '../engine/service-life.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { iterateEvents } from '../events/event-iterator.js';
import { type TimedEvent } from '../events/lifecycle-event.js';
import { nameText } from '../errors/safe-text.js';
import { type HealthAnswer } from '../health/health-result.js';
import { type HookOptions } from '../hooks/hook.js';
import { type Registration } from '../hooks/hook-registry.js';
import { type ShutdownContext } from '../hooks/shutdown-context.js';
import { PRINT_PLAN } from '../options/print-plan.js';
import { type Phase } from '../phase/phase.js';
import { printedPlan } from '../plan/printed-plan.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { isEndedAtOnce } from '../shutdown/ended-at-once.js';
import { printAndEndNow } from '../signals/print-and-end.js';
import { NamedTasks } from '../tasks/named-tasks.js';
import { scriptRule } from '../unseen/unseen-work.js';
import { askingWork } from '../waits/asking-work.js';
import { refuseCircularWait } from '../waits/circular-wait-error.js';
import { OwnServers, type ServerOwner } from './own-servers.js';

/** A function that runs on the way out. */
export type ShutdownHook = (context: ShutdownContext) => unknown;

/** The answers of the ready-made probes, for routes of your own. */
export interface ProbeAnswers {
  /** 200 as long as the event loop answers. */
  live(): HealthAnswer;
  /** 200 while the service is to get requests: 503 while it starts, while a gate is down, and from the signal on. */
  ready(): Promise<HealthAnswer>;
  /** 200 once the start is over. */
  startup(): HealthAnswer;
}

/** Why a service is closed. */
export interface CloseCause {
  /** Default `'close()'`. */
  readonly reason?: string;
  /** What has gone wrong. It is logged and in the report, and the outcome is `failed`. */
  readonly error?: unknown;
}

/** How long the code that starts the service has to add its own listeners for signals, before the log tells of them. */
const REMINDER_MS = 500;

/** The life of a service without Nest: to read it, to wait for it, to end it. Made by `startLifecycle()`. */
export class Lifecycle extends ServiceLife implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #servers: OwnServers;
  readonly #leaving = new AbortController();
  /** Loops, pollers and jobs with a name: a shutdown waits for them or cancels them, and they start again where that was asked for. */
  readonly tasks: NamedTasks;
  readonly #undo: (() => void)[] = [];
  #isBooting = false;
  #closing: Promise<ShutdownReport> | undefined;

  constructor(engine: Engine) {
    super(engine);
    this.#engine = engine;
    this.#servers = new OwnServers(engine);
    this.tasks = new NamedTasks(engine);
    setMaxListeners(0, this.#leaving.signal);
    const { reports, settings, processEnd, startUp, added, followed, hooks, own, unseen, events } = engine;
    events.read((event) => {
      if (event.type === 'shutdown-started') this.#leave(event.reason);
    });
    const integrations = { takeWorkIn: false };
    unseen.addRule(scriptRule({ startUp, added, followed, hooks, tasks: own.tasks, integrations }, 'lifecycle'));
    // Also when the budget is used up before the end. A process that is ended at once refuses what comes until it is gone.
    void reports.whenReported().then(() => (isEndedAtOnce(engine.sequence) ? undefined : this.#release()));
    if (settings.enabled) {
      processEnd.attach();
      engine.dumps.start();
    }
    startUp.initialising();
    this.#servers.watch();
    void this.#openProbes();
    void nextTurn().then(() => (this.#isBooting ? undefined : this.#bootAlone()));
  }

  /** Aborted in the tick of the signal: take nothing new, and leave. Work that is to be finished gets another one, see `track`. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /**
   * Aborted shortly before the time of what is in flight is up: a tenth of the drain before, a second at most. The one that
   * `track` passes on, for handlers of requests.
   */
  get interruptSignal(): AbortSignal {
    return this.#engine.own.tasks.signal;
  }

  /** The answers of the ready-made probes, for routes of your own. `health: true` serves them without any. */
  get probes(): ProbeAnswers {
    return this.#engine.probes;
  }

  /** The port of the probes; `undefined` while there is none. */
  get probePort(): number | undefined {
    return this.#engine.probeServer.port;
  }

  /**
   * Starts the service: until `work` has ended it is in the phase `starting`, not ready, and a signal waits for it. Without it
   * the start is over at the end of the turn. Call it in the turn of `startLifecycle()`.
   *
   * @returns what `work` returns; where it fails, the service is let go: signals do what they do without it
   * @throws LifecycleError `ILLEGAL_PHASE` when the start is over already
   */
  async boot<T>(work: PromiseLike<T> | (() => T | PromiseLike<T>)): Promise<T> {
    const { startUp } = this.#engine;
    if (this.#isBooting || startUp.hasSettled) {
      const message =
        'boot() came when the start was over. Type await lifecycle.boot(async () => { … }) right behind startLifecycle(), once.';
      throw new LifecycleError('ILLEGAL_PHASE', message);
    }
    this.#isBooting = true;
    try {
      if (this.#hasChecks) await this.#checkConfiguration(work);
      const result = await (typeof work === 'function' ? work() : work);
      this.#booted();
      return result;
    } catch (error) {
      this.#bootFailed();
      throw error;
    }
  }

  /**
   * Serves, drains and closes an HTTP server: every request is counted, whatever framework answers it. HTTP, HTTPS or HTTP/2;
   * before or after it listens. The service is ready once one of its servers listens.
   *
   * @param server what `listen()` of Express and Koa returns, `serve()` of Hono, `createServer()` of Node; or Fastify
   * @returns its undo, also `using served = …`
   * @throws LifecycleError `INVALID_SOURCE` when it is no server and has none
   */
  http(server: ServerOwner): TrackedServer {
    return this.#servers.add(server);
  }

  /**
   * Runs a function on the way out: by default when nothing is in flight any more, in the order of priorities (lower first,
   * default 50, the same number in parallel).
   *
   * @param name what logs and the report call it; left out, the name of the function
   * @returns its undo, also `using hook = …`
   * @throws LifecycleError `INVALID_HOOK` when the options cannot be used
   */
  onShutdown(hook: ShutdownHook, options?: HookOptions): Registration;
  onShutdown(name: string, hook: ShutdownHook, options?: HookOptions): Registration;
  onShutdown(first: string | ShutdownHook, second?: ShutdownHook | HookOptions, third?: HookOptions): Registration {
    const [name, hook, options] = typeof first === 'string' ? [first, second, third] : [first.name, first, second];
    if (typeof hook !== 'function') {
      throw new LifecycleError('INVALID_HOOK', "onShutdown() was given no function. Type onShutdown('flush', flush).");
    }
    return this.register(name === '' ? this.#nameForHook() : name, hook, options as HookOptions | undefined);
  }

  /** Tells of the current phase at once, then of every later one. Returns its undo. */
  onPhase(listener: (phase: Phase) => void): () => void {
    const { phases, guard } = this.#engine;
    return phases.follow({ entered: (phase) => guard('a listener of onPhase()', undefined, () => listener(phase)) });
  }

  /**
   * Tells of every fact as it happens, from now on: phases, hooks, resources, sources of work, what is refused and interrupted, errors. In
   * order, with monotonic and wall time, up to `shutdown-ended`. What the listener throws is logged. Returns its undo.
   */
  onEvent(listener: (event: TimedEvent) => void): () => void {
    const { events, guard } = this.#engine;
    return events.observe((event) => guard('a listener of onEvent()', undefined, () => listener(event)));
  }

  /**
   * The same for a loop: `for await (const event of lifecycle.events())`, which ends after `shutdown-ended`. A process that ends does not
   * wait for it. A loop that is more than 10 000 events behind misses the oldest.
   */
  events(): AsyncIterableIterator<TimedEvent> {
    return iterateEvents(this.#engine.events);
  }

  /**
   * Closes the service and goes on: all phases without a lame duck, all hooks, then its signal handlers are taken off. The
   * process does not end, unless a signal has come. A second call joins the first.
   *
   * @param cause what logs, hooks and the report say of it, and the error that is the reason, where there is one
   * @returns how it went
   * @throws ShutdownFailedError with `raiseOnError`, when something has failed
   */
  close({ reason = 'close()', error }: CloseCause = {}): Promise<ShutdownReport> {
    const { inFlight, waits } = this.#engine;
    const asking = askingWork(inFlight);
    const end = (this.#closing ??= this.#close({ reason: nameText(reason), ...(error !== undefined && { error }) }));
    return waits.ended({ end, answer: refuseCircularWait('close()'), asking });
  }

  /** At the end of a block, with `await using`: closes it. Where something has failed, the process exits with the code of the report. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode } = await this.close();
    if (exitCode !== 0) process.exitCode ??= exitCode;
  }

  async #close(trigger: { readonly reason: string; readonly error?: unknown }): Promise<ShutdownReport> {
    const { processEnd, sequence, probeServer } = this.#engine;
    processEnd.closing();
    await sequence.start(trigger);
    const report = await sequence.finish();
    await probeServer.close();
    this.#release();
    await processEnd.closed(undefined);
    const failure = this.#engine.closeFailure();
    if (failure !== undefined) throw failure;
    return report;
  }

  get #hasChecks(): boolean {
    const { isOn, ownNames } = this.#engine.configuration;
    return isOn || ownNames.length > 0;
  }

  /** Without `boot()` there is no caller that could be told: a service that must not start stops. */
  async #bootAlone(): Promise<void> {
    if (!this.#hasChecks) return this.#booted();
    try {
      await this.#checkConfiguration();
    } catch (error) {
      return this.#engine.processEnd.request({ reason: 'the configuration', error });
    }
    this.#booted();
  }

  /**
   * The routes of a framework are not seen, and neither are its options for CORS.
   *
   * @param work what the start waits for: where it runs already, its failure is told all the same
   */
  async #checkConfiguration(work?: unknown): Promise<void> {
    const { settings, guard } = this.#engine;
    const probes = settings.health.isServed || settings.probePort !== undefined ? 'reachable' : 'unknown';
    const host = { closesAtSignals: undefined, probes } as const;
    try {
      await checkAtStart(this.#engine, () => configuredFacts(this.#engine, host, (name) => process.env[name]));
    } catch (error) {
      if (typeof work === 'object') guard('the work of boot()', undefined, () => work);
      throw error;
    }
  }

  #booted(): void {
    const { startUp, settings, processEnd, clock, state } = this.#engine;
    const plan = printedPlan(process.env[PRINT_PLAN], () => this.plan());
    if (plan !== undefined) printAndEndNow(plan);
    if (!state.hasBegun) logSettings(this.#engine);
    startUp.bootstrapped();
    if (!settings.enabled || state.hasBegun) return;
    if (settings.uncaughtErrors === 'shutdown') processEnd.stopOnUncaughtErrors();
    this.#undo.push(
      clock.meanwhile(REMINDER_MS, () => processEnd.logForeignListeners()),
      protectTask(this.#engine),
    );
  }

  /** A service that has not started may never be closed, so everything is removed; a shutdown under way goes on. */
  #bootFailed(): void {
    const { startUp, state, processEnd, probeServer } = this.#engine;
    startUp.failed();
    void probeServer.close();
    if (!state.hasBegun) processEnd.detach();
  }

  /** A service whose probes cannot be served would be killed by its platform: it stops. */
  async #openProbes(): Promise<void> {
    const { probeServer, log, processEnd } = this.#engine;
    try {
      await probeServer.open();
      const { port } = probeServer;
      if (port !== undefined) log.log(`probes on port ${port}`, { event: 'probe-port-opened', port });
    } catch (error) {
      processEnd.request({ reason: 'the probe port', error });
    }
  }

  #leave(reason: string): void {
    this.#leaving.abort(new LifecycleError('SHUTTING_DOWN', `The service is stopping: ${reason}.`));
  }

  /** Functions without a name get a number. */
  #nameForHook(): string {
    return `onShutdown ${this.#engine.hooks.size + 1}`;
  }

  #release(): void {
    for (const undo of this.#undo.splice(0)) undo();
    this.#servers.release();
    const { metrics, probeServer } = this.#engine;
    void metrics.over.then(() => probeServer.close());
  }
}
