import { Inject, Injectable } from '@nestjs/common';
import { ApplicationConfig, DiscoveryService, HttpAdapterHost, ModulesContainer } from '@nestjs/core';

/** What Nest itself provides, and we need. */
@Injectable()
export class NestServices {
  constructor(
    @Inject(ModulesContainer) readonly modules: ModulesContainer,
    @Inject(HttpAdapterHost) readonly adapterHost: HttpAdapterHost,
    @Inject(DiscoveryService) readonly discovery: DiscoveryService,
    @Inject(ApplicationConfig) readonly config: ApplicationConfig,
  ) {}

  /** Guards, pipes, interceptors and filters that are only named in a decorator, and middleware. */
  get enhancers(): ReturnType<DiscoveryService['getProviders']> {
    return [...this.modules.values()].flatMap(({ injectables, middlewares }) =>
      Array.from(injectables.values()).concat(Array.from(middlewares.values())),
    );
  }
}
