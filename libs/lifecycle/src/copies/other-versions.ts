import { type Provider, Scope } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { classesOfOtherVersions, severalVersions } from './shared-class.js';
import { VERSION } from './version.js';

/** What the module is called among the classes that copies share. */
export const MODULE = 'GracefulShutdownModule';

/**
 * Providers of the classes of other versions that are loaded by now: to inject one fails with a sentence that names both
 * versions, in place of Nest's own, which says that the very class is missing.
 */
export function refusedVersions(): (Provider & { provide: unknown })[] {
  return classesOfOtherVersions(ModulesContainer)
    .filter(({ name }) => name !== MODULE)
    .map(({ name, type, version }) => ({
      provide: type,
      // Transient: it is made where it is injected, and nowhere else.
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

/** The modules of other versions, which an application may have imported as well. */
export function modulesOfOtherVersions(): unknown[] {
  return classesOfOtherVersions(ModulesContainer)
    .filter(({ name }) => name === MODULE)
    .map(({ type }) => type);
}
