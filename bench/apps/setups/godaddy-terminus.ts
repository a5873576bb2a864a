import { setTimeout as sleep } from 'node:timers/promises';
import { loadPeer, type Setup } from './setup.js';

interface Peer {
  readonly createTerminus: (
    server: unknown,
    options: { beforeShutdown?(): Promise<unknown>; onSignal(): Promise<void>; readonly useExit0: boolean },
  ) => void;
}

/** Its defaults, or with the delay its README recommends for Kubernetes. */
export function godaddyTerminus(delayMs: number): Setup {
  return {
    beforeListen: async (app) => {
      const { createTerminus } = await loadPeer<Peer>('@godaddy/terminus');
      createTerminus(app.getHttpServer(), {
        ...(delayMs > 0 && { beforeShutdown: () => sleep(delayMs) }),
        onSignal: () => app.close(),
        useExit0: true,
      });
    },
  };
}
