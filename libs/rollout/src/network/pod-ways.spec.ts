import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { connectedToPod, dialAddress, openWay, PodAgent } from './pod-ways.js';

/** No program of this machine has it. */
const STAND_IN = 1;

/** A server behind a way of its own. */
async function behindWay(): Promise<Server> {
  const server = createServer((_, response) => response.end());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const endWay = openWay(STAND_IN, dialAddress({ host: '127.0.0.1', port }));
  killAfterTest({
    kill: async () => {
      endWay();
      server.closeAllConnections();
      if (server.listening) await once(server.close(), 'close');
    },
  });
  return server;
}

describe('ways to pods', () => {
  it('end an idle connection with the half that the pod has closed, so that no request is sent on it', async () => {
    const server = await behindWay();
    const agent = new PodAgent({ keepAlive: true });
    const asked = request({ port: STAND_IN, agent }).end();
    const [socket] = (await once(asked, 'socket')) as [Socket];
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'close');
    expect(Object.values(agent.freeSockets)).toHaveLength(1);
    const closed = once(socket, 'close');
    server.closeIdleConnections();
    await closed;
    expect(Object.values(agent.freeSockets)).toHaveLength(0);
  });

  it('are refused as the pod refuses, and waited for no longer than somebody does', async () => {
    const server = await behindWay();
    const { signal } = new AbortController();
    (await connectedToPod(STAND_IN, signal)).destroy();
    server.closeAllConnections();
    await once(server.close(), 'close');
    await expect(connectedToPod(STAND_IN, signal)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(connectedToPod(STAND_IN, AbortSignal.abort())).rejects.toThrow('no time left');
    const never = openWay(STAND_IN, () => () => undefined);
    const end = new AbortController();
    const waiting = connectedToPod(STAND_IN, end.signal);
    end.abort();
    await expect(waiting).rejects.toThrow('too long');
    never();
  });
});
