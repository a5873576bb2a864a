import { type AbstractHttpAdapter } from '@nestjs/core';
import { type Probes } from './probes.js';

/**
 * Serves the probes on the service's own port. Registered with the adapter, ahead of the application's routes: global
 * prefixes, guards and interceptors are for the application, not for the kubelet.
 */
export function serveHealthRoutes(adapter: AbstractHttpAdapter, probes: Probes): void {
  for (const [path, probe] of Object.entries(probes.byPath())) {
    // Express and Fastify both take what their handlers return or not; a rejection here would be ours alone.
    adapter.get(path, async (_request: unknown, response: unknown) => {
      const { statusCode, body } = await probe();
      adapter.setHeader(response, 'Cache-Control', 'no-store');
      await adapter.reply(response, body, statusCode);
    });
  }
}
