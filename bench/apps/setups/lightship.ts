import type { INestApplication } from '@nestjs/common';
import { loadPeer, type Setup } from './setup.js';

interface Peer {
  readonly createLightship: (options: {
    readonly port: number;
    readonly detectKubernetes: boolean;
    readonly shutdownDelay: number;
  }) => Promise<{
    registerShutdownHandler(handler: () => Promise<void>): void;
    signalReady(): void;
  }>;
}

/** On a free port, and as if in Kubernetes: elsewhere it would stop at once. */
export function lightship(delayMs: number): Setup {
  return { afterListen: (app) => board(app, delayMs) };
}

async function board(app: INestApplication, shutdownDelay: number): Promise<void> {
  const { createLightship } = await loadPeer<Peer>('lightship');
  const ship = await createLightship({ port: 0, detectKubernetes: false, shutdownDelay });
  ship.registerShutdownHandler(() => app.close());
  ship.signalReady();
}
