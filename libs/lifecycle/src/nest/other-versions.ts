import { type Provider, Scope } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { classesOfOtherVersions, severalVersions } from '../copies/shared-class.js';
import { VERSION } from '../copies/version.js';

/** The name of the module among the classes that copies share. */
export const MODULE = 'GracefulShutdownModule';

/**
 * Providers for the classes of other versions that are loaded by now. Injecting one fails with a message that names
 * both versions. Nest's own message would say that the class is missing, although it is there.
 */
export function refusedVersions(): (Provider & { provide: unknown })[] {
  return classesOfOtherVersions(ModulesContainer)
    .filter(({ name }) => name !== MODULE)
    .map(({ name, type, version }) => ({
      provide: type,
      // Transient, so that it is only created where it is injected.
      scope: Scope.TRANSIENT,
      useFactory: (): never => {
        throw new LifecycleError(
          'SEVERAL_VERSIONS',
          `${name} of nestjs-lifecycle ${version} is injected, and GracefulShutdownModule is of ${VERSION}. ` +
            severalVersions([VERSION, version]),
        );
      },
    }));
}

/** The modules of other versions, which the application may have imported as well. */
export function modulesOfOtherVersions(): unknown[] {
  return classesOfOtherVersions(ModulesContainer)
    .filter(({ name }) => name === MODULE)
    .map(({ type }) => type);
}
