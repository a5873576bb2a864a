import { fastifyOf } from './fastify.js';
import { loadPeer, type Setup } from './setup.js';

type Peer = (handler: () => Promise<void>) => void;

/** Closes Fastify, as in its README's example, and then Nest. */
export const closeWithGrace: Setup = {
  beforeListen: async (app) => {
    const whenAskedTo = await loadPeer<Peer>('close-with-grace');
    whenAskedTo(async () => {
      await fastifyOf(app).close();
      await app.close();
    });
  },
};
