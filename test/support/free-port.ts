import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port without a listener, for programs that cannot be told to take any. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('a server without a port');
  return address.port;
}
