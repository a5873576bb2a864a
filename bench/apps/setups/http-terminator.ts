import { loadPeer, type Setup } from './setup.js';

interface Peer {
  readonly createHttpTerminator: (options: { readonly server: unknown }) => { terminate(): Promise<void> };
}

/** It has no signal handling of its own: terminates the server, then closes Nest, then exits. */
export const httpTerminator: Setup = {
  beforeListen: async (app) => {
    const { createHttpTerminator } = await loadPeer<Peer>('http-terminator');
    const terminator = createHttpTerminator({ server: app.getHttpServer() as unknown });
    process.once('SIGTERM', () => void terminateAndExit());

    async function terminateAndExit(): Promise<void> {
      await terminator.terminate();
      await app.close();
      process.exit(0);
    }
  },
};
