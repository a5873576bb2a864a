import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Inject,
  Module,
  type NestModule,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
  Optional,
  type Provider,
} from '@nestjs/common';
import { APP_INTERCEPTOR, ModulesContainer } from '@nestjs/core';
import { MODULE, modulesOfOtherVersions, refusedVersions } from './nest/other-versions.js';
import { sharedByCopies } from './copies/shared-class.js';
import { LifecycleError } from './errors/lifecycle-error.js';
import {
  ASYNC_OPTIONS_TYPE,
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN,
} from './graceful-shutdown.module-definition.js';
import { Readiness } from './health/readiness.js';
import { Wiring } from './wiring.js';
import { NestLifecycleSteps } from './nest-lifecycle-steps.js';
import { FIRST_TO_STOP, LAST_TO_STOP } from './nest/hook-order.js';
import { nestLog } from './nest/nest-log.js';
import { pinoTransports } from './nest/pino-params.js';
import { NestServices } from './nest/nest-services.js';
import { Microservices } from './nest/rpc-target-registry.js';
import { ENVIRONMENT, type Environment, EnvironmentModule } from './nest/environment.js';
import { type GracefulShutdownOptions } from './options/graceful-shutdown-options.js';
import { type Settings, SETTINGS } from './options/settings.js';
import { PhaseMachine } from './phase/phase-machine.js';
import { NEEDED, PUBLIC } from './provided-parts.js';
import { SettingsPrint } from './settings-print.js';
import { HandlerTracker } from './traffic/handlers/handler-tracker.js';
import { LongLivedRequests } from './traffic/long-lived/long-lived-requests.js';
import { InFlightInterceptor } from './traffic/handlers/in-flight.interceptor.js';

/** Nest's order puts this one before all others on the way out, and after them on the way in. */
@Module({})
class LastModule implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(NestLifecycleSteps) private readonly steps: NestLifecycleSteps) {
    steps.place(LastModule, LAST_TO_STOP);
  }

  onModuleInit(): Promise<void> {
    return this.steps.initialisingFirst([GracefulShutdownModule, LastModule, ProbeModule]);
  }

  beforeApplicationShutdown(): void {
    this.steps.disposing();
  }

  onApplicationShutdown(signal?: string): Promise<void> {
    return this.steps.closed(signal);
  }
}

/** A module like any other, to see where Nest puts those. */
@Module({})
class ProbeModule implements OnModuleInit {
  constructor(@Inject(NestLifecycleSteps) private readonly steps: NestLifecycleSteps) {}

  onModuleInit(): void {
    this.steps.initialisingOther();
  }
}

const settings: Provider = {
  provide: SETTINGS,
  inject: [MODULE_OPTIONS_TOKEN, ENVIRONMENT, SettingsPrint],
  useFactory: (code: unknown, environment: Environment, print: SettingsPrint): Settings | Promise<Settings> => {
    return print.resolve({ code, ...environment, platform: process.platform });
  },
};

const wiring: Provider = {
  provide: Wiring,
  inject: [SETTINGS, ModulesContainer],
  useFactory: (resolved: Settings, modules: ModulesContainer) =>
    new Wiring(
      resolved,
      nestLog(() => pinoTransports(modules)),
    ),
};

const WIRING: Pick<Required<DynamicModule>, 'imports' | 'providers' | 'exports'> = {
  imports: [LastModule, ProbeModule],
  providers: [
    SettingsPrint,
    settings,
    wiring,
    ...NEEDED,
    {
      provide: Microservices,
      inject: [ModulesContainer],
      useFactory: (modules: ModulesContainer) => Microservices.follow(modules),
    },
    NestServices,
    NestLifecycleSteps,
    ...PUBLIC,
    { provide: APP_INTERCEPTOR, useExisting: InFlightInterceptor },
  ],
  // The steps are for our own modules, the handlers are for the interceptor wherever it is applied by hand.
  exports: [
    ...PUBLIC,
    InFlightInterceptor,
    NestLifecycleSteps,
    HandlerTracker,
    LongLivedRequests,
    Readiness,
    PhaseMachine,
    SETTINGS,
  ],
};

/**
 * A NestJS service that starts, serves and stops in production without losing what is in flight. Import it once, in
 * the root module; call Nest's own `app.enableShutdownHooks()`.
 */
@sharedByCopies(MODULE, ModulesContainer)
@Global()
@Module({})
export class GracefulShutdownModule
  extends ConfigurableModuleClass
  implements
    NestModule,
    OnModuleInit,
    OnApplicationBootstrap,
    OnModuleDestroy,
    BeforeApplicationShutdown,
    OnApplicationShutdown
{
  readonly #steps: NestLifecycleSteps;

  constructor(@Optional() @Inject(NestLifecycleSteps) steps?: NestLifecycleSteps) {
    super();
    // Auto-mocking tests hand in something of their own.
    if (!(steps instanceof NestLifecycleSteps)) {
      throw new LifecycleError(
        'NOT_CONFIGURED',
        'GracefulShutdownModule was imported as it is, without options. Type imports: [GracefulShutdownModule.forRoot()].',
      );
    }
    this.#steps = steps;
    const imported = [GracefulShutdownModule, ...modulesOfOtherVersions()].map((type) =>
      steps.place(type, FIRST_TO_STOP),
    );
    if (imported.reduce((sum, count) => sum + count) > 1) {
      throw new LifecycleError(
        'DUPLICATE_IMPORT',
        'GracefulShutdownModule.forRoot() is imported more than once in this application. It is global: keep the one ' +
          'in the root module and remove the others.',
      );
    }
    steps.listen();
  }

  /** With options from code; what is left out comes from the environment, then from the defaults. */
  static override forRoot(options: GracefulShutdownOptions = {}): DynamicModule {
    return withWiring(super.forRoot(options));
  }

  /** With options from `useFactory`, `useClass` or `useExisting`. */
  static override forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return withWiring(super.forRootAsync(options));
  }

  configure(): void {
    this.#steps.registeringRoutes();
  }

  onModuleInit(): void {
    this.#steps.initialisingLast();
  }

  onApplicationBootstrap(): void {
    this.#steps.bootstrapped(GracefulShutdownModule, LastModule);
  }

  onModuleDestroy(): Promise<void> {
    return this.#steps.closing([GracefulShutdownModule, LastModule, ProbeModule]);
  }

  beforeApplicationShutdown(): void {
    this.#steps.hooksDestroyed();
  }

  onApplicationShutdown(): void {
    this.#steps.disposed();
  }
}

function withWiring(definition: DynamicModule): DynamicModule {
  const refused = refusedVersions();
  return {
    ...definition,
    imports: [...(definition.imports ?? []), EnvironmentModule.load(), ...WIRING.imports],
    providers: [...(definition.providers ?? []), ...WIRING.providers, ...refused],
    exports: [...WIRING.exports, ...refused],
  };
}
