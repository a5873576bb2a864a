import { setTimeout as sleep } from 'node:timers/promises';
import { loadPeer, type Setup } from './setup.js';

type Peer = (
  server: unknown,
  options: { preShutdown?(): Promise<unknown>; onShutdown(): Promise<void> },
) => () => Promise<void>;

/** Its defaults, or with a delay in the place it has for one. */
export function httpGracefulShutdown(delayMs: number): Setup {
  return {
    afterListen: async (app) => {
      const gracefulShutdown = await loadPeer<Peer>('http-graceful-shutdown');
      gracefulShutdown(app.getHttpServer(), {
        ...(delayMs > 0 && { preShutdown: () => sleep(delayMs) }),
        onShutdown: () => app.close(),
      });
    },
  };
}
