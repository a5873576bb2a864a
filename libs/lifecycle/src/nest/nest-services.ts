import { Inject, Injectable } from '@nestjs/common';
import {
  type AbstractHttpAdapter,
  ApplicationConfig,
  DiscoveryService,
  HttpAdapterHost,
  ModulesContainer,
} from '@nestjs/core';
import { Microservices } from './rpc-target-registry.js';

/**
 * What Nest itself provides, and we need. A test may have put something else in its place (`overrideProvider`,
 * `useMocker`): what does not look like Nest's own is done without.
 */
@Injectable()
export class NestServices {
  /** Nest's own class, made here: it needs nothing but the modules, and is then nothing that a test can replace. */
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

  /** The adapter, and when it listens; without one where no HTTP is served. */
  get adapterHost(): Pick<HttpAdapterHost, 'listen$'> & { readonly httpAdapter: AbstractHttpAdapter | undefined } {
    return { listen$: this.#adapterHost.listen$, httpAdapter: asAdapter(this.#adapterHost.httpAdapter) };
  }

  /** Everything that Nest makes by itself and injects, controllers included. */
  get providers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.discovery.getProviders(), ...this.discovery.getControllers()];
  }

  /** Guards, pipes, interceptors and filters that are only named in a decorator, and middleware. */
  get enhancers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.modules.values()].flatMap(({ injectables, middlewares }) =>
      Array.from(injectables.values()).concat(Array.from(middlewares.values())),
    );
  }
}

const ADAPTER_MEMBERS = ['getHttpServer', 'getInstance', 'getType'] as const;

/** Nest has null where it serves no HTTP. */
function asAdapter(adapter: AbstractHttpAdapter | null | undefined): AbstractHttpAdapter | undefined {
  if (adapter === null || adapter === undefined) return undefined;
  return ADAPTER_MEMBERS.every((name) => typeof Reflect.get(adapter, name) === 'function') ? adapter : undefined;
}
