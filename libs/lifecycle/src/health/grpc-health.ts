import { type Observable } from 'rxjs';
import { guardToStderr } from '../errors/foreign-call.js';
import { type Phase } from '../phase/phase.js';

/** The part of `HealthImplementation` of grpc-health-check that is used here; read in 2.1.0. */
export interface GrpcHealth {
  setStatus(service: string, status: 'SERVING' | 'NOT_SERVING'): void;
}

/**
 * Keeps the gRPC health service in step with the service's life: `SERVING` while it is ready, `NOT_SERVING` before that
 * and from the tick of the signal on, for clients that ask and for clients that watch. With `singleReplica`, or `readiness: { onShutdown:
 * 'pass' }`, it goes on to be `SERVING`.
 *
 * @param services the names that clients ask for; default the empty one, which means the whole server
 */
export function followGrpcHealth(
  shutdown: { readonly phase$: Observable<Phase>; readonly readiness?: { readonly staysReady: boolean } },
  health: GrpcHealth,
  services: readonly string[] = [''],
): void {
  let hasBeenReady = false;
  shutdown.phase$.subscribe((phase) => {
    hasBeenReady ||= phase === 'ready';
    const isServing = phase === 'ready' || (hasBeenReady && shutdown.readiness?.staysReady === true);
    const status = isServing ? 'SERVING' : 'NOT_SERVING';
    // RxJS rethrows errors from here in a timer, where nothing can catch them.
    for (const service of services) {
      guardToStderr('setStatus() of the gRPC health service', undefined, () => health.setStatus(service, status));
    }
  });
}
