import type { DynamicModule, INestApplication } from '@nestjs/common';
import { loadPeer, type Setup } from './setup.js';

interface Peer {
  readonly GracefulShutdownModule: { forRoot(): DynamicModule };
  setupGracefulShutdown(options: { readonly app: INestApplication }): void;
}

const load = (): Promise<Peer> => loadPeer<Peer>('nestjs-graceful-shutdown');

/** It enables Nest's hooks itself. */
export const nestjsGracefulShutdown: Setup = {
  imports: async () => [(await load()).GracefulShutdownModule.forRoot()],
  beforeListen: async (app) => (await load()).setupGracefulShutdown({ app }),
};
