import { setImmediate } from 'node:timers';
import { Inject, Injectable } from '@nestjs/common';
import { serveHealthRoutes } from './health/health-routes.js';
import { logBoot, startReminders } from './boot-lines.js';
import { checkConfiguration } from './checked-configuration.js';
import { addDeclared, addLoadedLater } from './declared-parts.js';
import { planOf } from './plan/shutdown-plan.js';
import { PRINT_PLAN } from './options/print-plan.js';
import { printedPlan } from './plan/printed-plan.js';
import { printAndEnd } from './signals/print-and-end.js';
import { Wiring } from './wiring.js';
import { protectTask } from './ecs/protect-task.js';
import { applicationLogger } from './nest/async-logger.js';
import { ENVIRONMENT, type Environment } from './nest/environment.js';
import { watchCors } from './nest/cors-options.js';
import { GlobalInterceptors } from './nest/global-interceptors.js';
import { findBrokenOrder, type InitOrder, moveModule } from './nest/hook-order.js';
import { beforeAdapterCloses, secondaryServers, serverOf } from './nest/http-adapter.js';
import { onceListening } from './traffic/wire/once-listening.js';
import { doesRejectedHookAbortNest, type SettledNestHook } from './nest/nest-hook-watch.js';
import { followLazyModules, type LoadedLater } from './nest/lazy-modules.js';
import { NestServices } from './nest/nest-services.js';
import { quietTerminus } from './nest/terminus-log.js';
import { countRoutes } from './nest/route-registration.js';
import { followMessageServers, insteadOfListening } from './nest/rpc-targets.js';
import { followGateways } from './nest/followed-gateways.js';
import { followGraphql } from './nest/graphql-drivers.js';
import { knowClosable, watchCloses } from './nest/watched-closes.js';
import { isEndedAtOnce } from './shutdown/ended-at-once.js';
import { addMethodTracker } from './tasks/method-trackers.js';
import { findTrackedOwners } from './tasks/tracked-owners.js';
import { refuseCircularWait } from './waits/circular-wait-error.js';

/** How long Nest's own dispose may wait for connections (exempt requests, upgraded sockets) before they are closed. */
const DISPOSE_MS = 1000;

const NOTHING = { registered: (): void => undefined, undo: (): void => undefined };

/** Called by our modules at every step that Nest takes, in the order in which Nest takes them. */
@Injectable()
export class NestLifecycleSteps {
  readonly #seen: InitOrder[number][] = [];
  readonly #undo: (() => void)[] = [];
  #undoWatchingStart: () => void = () => undefined;
  #hasInitialised = false;
  #printing: Promise<never> | undefined;
  #untrack: () => void = () => undefined;
  /** Called when Nest has registered all routes and gateways. */
  readonly #whenRegistered: (() => void)[] = [];

  constructor(
    @Inject(Wiring) private readonly wiring: Wiring,
    @Inject(NestServices) private readonly nest: NestServices,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** Moves one of our modules in Nest's order. Returns how many of that class there are. */
  place(metatype: unknown, distance: number): number {
    return moveModule(this.nest.modules, metatype, distance);
  }

  /** Begins to listen for signals, when the constructors run. */
  listen(): void {
    const { wiring } = this;
    const interceptors = new GlobalInterceptors(this.nest.config);
    // Also when the budget is used up before Nest comes to our last hook. A process that is ended at once refuses what comes until it is gone.
    void wiring.reports.whenReported().then(() => (isEndedAtOnce(wiring.sequence) ? undefined : this.#release()));
    if (wiring.settings.enabled || wiring.settings.raiseOnError) {
      knowClosable(this.nest.modules, wiring);
      this.#undo.push(watchCloses(this.nest.modules));
    }
    wiring.resources.searchIn({ providers: () => this.nest.lasting, logger: applicationLogger });
    const adapter = this.nest.adapterHost.httpAdapter;
    if (adapter !== undefined && (wiring.settings.enabled || wiring.configuration.isOn)) {
      this.#undo.push(watchCors(adapter, wiring.cors, wiring.guard));
    }
    if (!wiring.settings.enabled) return;
    wiring.processEnd.attach();
    wiring.dumps.start();
    this.#whenRegistered.push(() => interceptors.show());
    const isRefusal = (detail: object): boolean => wiring.readiness.isRefusal(detail);
    this.#undo.push(quietTerminus(this.nest.modules, { events: wiring.events, guard: wiring.guard, isRefusal }));
    // A hybrid application may let its microservices listen before Nest initialises it.
    if (process.env[PRINT_PLAN] !== undefined) insteadOfListening(this.nest.modules, () => void this.#printPlan());
    const gateways = followGateways(this.nest, { ...wiring.own, guard: wiring.guard });
    this.#whenRegistered.push(gateways.registered);
    this.#undo.push(
      gateways.undo,
      followMessageServers(
        this.nest,
        { messages: wiring.own.messages, guard: wiring.guard },
        {
          interceptors,
          onFound: () => wiring.startUp.expectListener(),
          // Where HTTP is served as well, it is HTTP that has to listen.
          onListening: () =>
            serverOf(this.nest.adapterHost.httpAdapter, wiring.guard) === undefined
              ? wiring.startUp.listening()
              : undefined,
          beforeClose: () => wiring.waits.ended({ end: this.#shutDown(), answer: refuseCircularWait('app.close()') }),
        },
      ),
    );
  }

  /** Runs before the first `onModuleInit` of all providers. */
  async initialisingFirst(own: readonly unknown[]): Promise<void> {
    this.#seen.push('tail');
    for (const tell of this.#whenRegistered.splice(0)) tell();
    const { nest, startUp, settings, log, guard } = this.wiring;
    if (settings.enabled) {
      const warn = (message: string): void => log.warn(message);
      this.#undo.push(followGraphql(this.nest.discovery, { sockets: this.wiring.own.graphql, warn, guard }));
    }
    // The first that fails ends Nest's start; Nest tells that to no module.
    this.#undoWatchingStart = nest.watchStart({
      modules: this.nest.modules,
      except: own,
      onFailed: () => this.#startFailed(),
    });
    this.#untrack = addMethodTracker(
      this.wiring.own.tasks,
      findTrackedOwners([...this.nest.providers, ...this.nest.enhancers], guard),
    );
    startUp.initialising();
    this.wiring.processEnd.starting();
    this.#undo.push(followLazyModules(this.nest.modules, (loaded) => this.#loadedLater(loaded)));
    if (settings.enabled) await this.wiring.integrations.found(this.nest.providers, this.nest);
    await this.#printPlan();
    await checkConfiguration(this.wiring, this.nest, this.environment.variable).catch((error: unknown) => {
      this.#undoWatchingStart();
      this.#startFailed();
      throw error;
    });
    await this.wiring.probeServer.open();
    const { port } = this.wiring.probeServer;
    if (port !== undefined) this.wiring.log.log(`probes on port ${port}`, { event: 'probe-port-opened', port });
  }

  /** What `SHUTDOWN_PRINT_PLAN` asks for: the plan in place of a start. All providers are there, and none is initialised. */
  async #printPlan(): Promise<void> {
    const { wiring } = this;
    const text = printedPlan(process.env[PRINT_PLAN], () => {
      addDeclared(wiring, this.nest);
      wiring.resources.look();
      return planOf(wiring);
    });
    if (text !== undefined) await (this.#printing ??= printAndEnd(text));
  }

  /** An application that has not started may never be closed, so everything is removed; a shutdown under way goes on. */
  #startFailed(): void {
    const { startUp, state, processEnd } = this.wiring;
    startUp.failed();
    this.#untrack();
    void this.wiring.probeServer.close();
    if (!state.hasBegun) processEnd.detach();
  }

  /** Nest initialises a module like any other. */
  initialisingOther(): void {
    this.#seen.push('probe');
  }

  /** Before the application's routes are registered. */
  registeringRoutes(): void {
    const adapter = this.nest.adapterHost.httpAdapter;
    if (adapter === undefined) return;
    const { settings, guard, log, own, foundServers } = this.wiring;
    if (settings.health.isServed)
      this.#whenRegistered.push(serveHealthRoutes(adapter, this.wiring.probes, { log, guard }));
    if (!settings.enabled) return;
    const counting = guard('counting the routes', NOTHING, () =>
      countRoutes(adapter, this.nest.discovery, { ...own, foundServers, guard }),
    );
    this.#whenRegistered.push(counting.registered);
    this.#undo.push(counting.undo);
  }

  /** Runs after every other `onModuleInit`. */
  initialisingLast(): void {
    this.#seen.push('head');
    const { wiring } = this;
    addDeclared(wiring, this.nest);
    this.#hasInitialised = true;
    wiring.integrations.initialised();
    this.#attachToHttp();
  }

  /** Nest has loaded modules after the start, or while it starts: then they are looked at with all others. */
  async #loadedLater(loaded: LoadedLater): Promise<void> {
    const { wiring } = this;
    if (wiring.settings.enabled) await wiring.integrations.found(loaded.providers, this.nest);
    if (!this.#hasInitialised) return;
    addLoadedLater(wiring, loaded);
    wiring.resources.look();
  }

  /** Runs after every other `onApplicationBootstrap`. */
  bootstrapped(head: unknown, tail: unknown): void {
    this.#undoWatchingStart();
    const { settings, startUp } = this.wiring;
    const broken = findBrokenOrder(this.nest.modules, { head, tail, seen: this.#seen });
    this.wiring.resources.look();
    logBoot(this.wiring, this.nest, broken);
    startUp.bootstrapped();
    this.wiring.integrations.bootstrapped();
    if (settings.enabled && settings.uncaughtErrors === 'shutdown') {
      this.wiring.processEnd.stopOnUncaughtErrors();
    }
    this.#undo.push(...startReminders(this.wiring), protectTask(this.wiring));
  }

  /** Nest closes the application: everything in flight and all hooks come first. */
  async closing(own: readonly unknown[]): Promise<void> {
    const { nest, sequence } = this.wiring;
    await this.#shutDown();
    const onFailed = (name: string, error: unknown): void => this.#nestHookFailed(name, error);
    const onSettled = (hook: SettledNestHook): void => this.wiring.tell({ type: 'nest-hook-settled', ...hook });
    this.#undo.push(nest.watchStop({ modules: this.nest.modules, except: own, onFailed, onSettled }));
    // While this has not returned, no other module's hook has been called.
    if (sequence.report === undefined) nest.enter('onModuleDestroy');
  }

  /** Every `onModuleDestroy` has been called. */
  hooksDestroyed(): void {
    this.wiring.nest.enter('beforeApplicationShutdown');
  }

  /** Every `beforeApplicationShutdown` has been called; servers and connections are closed next. */
  disposing(): void {
    const { nest, sources, clock } = this.wiring;
    nest.enter('dispose');
    sources.beforeDispose();
    this.#undo.push(clock.after(DISPOSE_MS, () => sources.destroy()));
  }

  /** Servers and connections are closed. */
  disposed(): void {
    this.wiring.nest.enter('onApplicationShutdown');
  }

  /** Nest has called its last hook. */
  async closed(signal: string | undefined): Promise<void> {
    const { nest, processEnd, sequence } = this.wiring;
    nest.leave();
    // The probe port is open until the end, for the last scrape.
    await sequence.finish();
    await this.wiring.probeServer.close();
    this.#release();
    await processEnd.closed(signal);
  }

  #shutDown(): Promise<void> {
    const { processEnd, sequence, startUp } = this.wiring;
    const signal = processEnd.closing();
    const hasNothingStarted = !startUp.hasBegun;
    if (signal === undefined) return sequence.start({ reason: 'app.close()' });
    return sequence.start({ reason: signal, signal, hasNothingStarted });
  }

  #attachToHttp(): void {
    const { wiring } = this;
    const adapter = this.nest.adapterHost.httpAdapter;
    const server = serverOf(adapter, wiring.guard);
    if (adapter === undefined || server === undefined) return;
    wiring.startUp.expectListener();
    this.#undo.push(onceListening(server, () => wiring.startUp.listening()));
    if (!wiring.settings.enabled) return;
    wiring.own.traffic.attach(server);
    this.#undo.push(wiring.foundServers.watch(adapter));
    beforeAdapterCloses(adapter, () => this.#shutDown());
    const secondary = this.nest.adapterHost.listen$.subscribe(() => {
      for (const other of secondaryServers(adapter, wiring.guard)) wiring.own.traffic.attach(other);
    });
    this.#undo.push(() => secondary.unsubscribe());
  }

  /** Nest 11 skips all other hooks after this, and does not call our last one. */
  #nestHookFailed(name: string, error: unknown): void {
    this.wiring.tell({ type: 'nest-hook-failed', name, error });
    if (!doesRejectedHookAbortNest() || this.wiring.sequence.endsProcess) return;
    setImmediate(() => {
      void this.wiring.sequence.finish().then(() => this.wiring.probeServer.close());
      this.#release();
      this.wiring.processEnd.detach();
    });
  }

  #release(): void {
    this.#undoWatchingStart();
    this.#untrack();
    for (const undo of this.#undo.splice(0)) undo();
    this.wiring.servers.release();
    this.wiring.integrations.undo();
  }
}
