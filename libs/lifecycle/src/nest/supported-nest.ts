import * as common from '@nestjs/common';
import { AbstractHttpAdapter, ApplicationConfig, DiscoveryService, HttpAdapterHost } from '@nestjs/core';
import { LifecycleError } from '../errors/lifecycle-error.js';

/** What this package is tested with: the oldest and the newest version of each in the repository's `compat` folder. */
const SUPPORTED = 'Nest 11 (from 11.0.0) and Nest 12';

/**
 * Members of Nest that are used here, and their owners. The first two are in Nest 11 and not in Nest 10, which destroys
 * modules in another order.
 */
const NEEDED: readonly (readonly [owner: string, target: object, members: readonly string[]])[] = [
  ['@nestjs/common', common, ['IntrinsicException']],
  ['AbstractHttpAdapter', AbstractHttpAdapter.prototype, ['propfind', 'getHttpServer', 'getInstance']],
  ['ApplicationConfig', ApplicationConfig.prototype, ['getIoAdapter', 'setIoAdapter']],
  ['DiscoveryService', DiscoveryService.prototype, ['getProviders', 'getControllers']],
  ['HttpAdapterHost', HttpAdapterHost.prototype, ['httpAdapter', 'listen$']],
];

/**
 * Ends the start on a Nest that this package does not know: an older one, a newer one without a member that is needed
 * here, or @nestjs/common and @nestjs/core of two majors. Package managers that only warn of peer dependencies allow
 * those.
 *
 * @throws LifecycleError with the versions that work
 */
export function assertSupportedNest(needed: typeof NEEDED = NEEDED): void {
  const missing = needed.flatMap(([owner, target, members]) =>
    members.filter((member) => !(member in target)).map((member) => `${owner} has no ${member}`),
  );
  if (missing.length === 0) return;
  throw new LifecycleError(
    'UNSUPPORTED_NEST',
    `nestjs-lifecycle works with ${SUPPORTED}, and this application runs on another Nest (${missing.join(', ')}). ` +
      'Type npm ls @nestjs/common @nestjs/core to see which, and install the same supported major of both.',
  );
}
