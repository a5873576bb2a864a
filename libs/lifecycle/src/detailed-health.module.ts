import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  Header,
  Inject,
  Module,
  type ModuleMetadata,
  type Type,
  UseGuards,
} from '@nestjs/common';
import { LifecycleError } from './errors/lifecycle-error.js';
import { GracefulShutdown } from './graceful-shutdown.js';
import { type DetailedHealth } from './monitor/detailed-health.js';

/** Where the detailed health page is, and who may see it. */
export interface DetailedHealthOptions extends Pick<ModuleMetadata, 'imports' | 'providers'> {
  /** Guards of yours, as for `@UseGuards()`: at least one. What they inject comes from `imports` and `providers`. */
  readonly guards: readonly (Type<CanActivate> | CanActivate)[];
  /** The path of the page, below a global prefix. Default `'health/detailed'`. */
  readonly path?: string | undefined;
}

/**
 * Serves the detailed health page on the service's own port, behind guards of yours. Without this module the page is on the probe
 * port alone.
 */
@Module({})
export class DetailedHealthModule {
  /** @throws LifecycleError `INVALID_OPTIONS` without a guard: the page is not for the public */
  static register({
    guards,
    path = 'health/detailed',
    imports = [],
    providers = [],
  }: DetailedHealthOptions): DynamicModule {
    if (!Array.isArray(guards) || guards.length === 0 || !guards.every(isGuard)) {
      throw new LifecycleError(
        'INVALID_OPTIONS',
        'DetailedHealthModule was given no guard, and the detailed health page is not for the public. Type ' +
          'DetailedHealthModule.register({ guards: [AdminGuard] }), or ask for it on the probe port.',
      );
    }
    return { module: DetailedHealthModule, imports, providers, controllers: [controllerAt(path, guards)] };
  }
}

/** A class for each page: decorators are of a class. */
function controllerAt(path: string, guards: DetailedHealthOptions['guards']): Type<unknown> {
  @Controller(path)
  @UseGuards(...guards)
  class DetailedHealthController {
    constructor(@Inject(GracefulShutdown) private readonly shutdown: GracefulShutdown) {}

    @Get()
    @Header('Cache-Control', 'no-store')
    read(): DetailedHealth {
      return this.shutdown.detailedHealth();
    }
  }
  return DetailedHealthController;
}

function isGuard(guard: unknown): boolean {
  return typeof guard === 'function' || (typeof guard === 'object' && guard !== null && 'canActivate' in guard);
}
