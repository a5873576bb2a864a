import { type Fastify, fastifyOf } from './fastify.js';
import { loadPeer, type Setup } from './setup.js';

interface WithPlugin extends Fastify {
  gracefulShutdown(handler: () => Promise<void>): void;
}

/** Its handlers run before it closes Fastify, so this one closes Fastify first: requests need what Nest closes. */
export const fastifyGracefulShutdown: Setup = {
  beforeListen: async (app) => {
    const fastify = fastifyOf(app) as WithPlugin;
    fastify.register(await loadPeer('fastify-graceful-shutdown'));
    fastify.after(() => {
      fastify.gracefulShutdown(async () => {
        await fastify.close();
        await app.close();
      });
    });
  },
};
