import { Inject, Injectable, Scope } from '@nestjs/common';
import {
  type AbstractHttpAdapter,
  ApplicationConfig,
  DiscoveryService,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { type Provided } from '../resources/find-resources.js';
import { Microservices } from './rpc-target-registry.js';

/**
 * The parts of Nest that are used here. A test may have replaced some (`overrideProvider`, `useMocker`). A part that
 * does not look like Nest's own is not used.
 */
@Injectable()
export class NestServices {
  /** Created here, so that a test cannot replace it. It needs only the modules. */
  readonly discovery: DiscoveryService;
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    @Inject(ModulesContainer) readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Inject(ApplicationConfig) readonly config: ApplicationConfig,
    @Inject(Microservices) readonly microservices: Microservices,
  ) {
    this.discovery = new DiscoveryService(modules);
    this.#adapterHost = adapterHost;
  }

  /** The adapter and its `listen$`; without an adapter where no HTTP is served. */
  get adapterHost(): Pick<HttpAdapterHost, 'listen$'> & { readonly httpAdapter: AbstractHttpAdapter | undefined } {
    return { listen$: this.#adapterHost.listen$, httpAdapter: asAdapter(this.#adapterHost.httpAdapter) };
  }

  /** Everything that Nest creates and injects, including controllers. */
  get providers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()];
  }

  /** Those of them that live as long as the application. */
  get singletons(): ReturnType<DiscoveryService['getProviders']> {
    return this.providers.filter(({ scope }) => scope !== Scope.REQUEST && scope !== Scope.TRANSIENT);
  }

  /** What lives as long as the application: singletons, and what was made for one of them alone (`Scope.TRANSIENT`). */
  get lasting(): readonly Provided[] {
    return [...this.singletons, ...this.providers.filter(({ scope }) => scope === Scope.TRANSIENT).flatMap(madeBy)];
  }

  /** Guards, pipes, interceptors and filters that are only named in a decorator, and middleware. */
  get enhancers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.modules.values()].flatMap(({ injectables, middlewares }) =>
      Array.from(injectables.values()).concat(Array.from(middlewares.values())),
    );
  }
}

/** The instances of a provider that is made anew for each that asks. */
function madeBy(wrapper: ReturnType<DiscoveryService['getProviders']>[number]): Provided[] {
  const { token, metatype, host } = wrapper;
  return wrapper.getStaticTransientInstances().flatMap((made) => {
    const instance: unknown = made?.instance;
    return instance === undefined ? [] : [{ instance, token, metatype, host }];
  });
}

const ADAPTER_MEMBERS = ['getHttpServer', 'getInstance', 'getType'] as const;

/** Nest has null where it serves no HTTP. */
function asAdapter(adapter: AbstractHttpAdapter | null | undefined): AbstractHttpAdapter | undefined {
  if (adapter === null || adapter === undefined) return undefined;
  return ADAPTER_MEMBERS.every((name) => typeof Reflect.get(adapter, name) === 'function') ? adapter : undefined;
}
