import { killAfterTest } from '../../../../test/support/started-programs.js';
import { TcpPeer, TcpPod } from '../../../../test/support/tcp-peer.js';
import { DependencyProxy } from './dependency-proxy.js';

async function startProxy() {
  const dependency = await TcpPod.start('database');
  const proxy = await DependencyProxy.start({ host: 'localhost', port: dependency.port });
  killAfterTest({ kill: () => proxy.close() });
  return { dependency, proxy };
}

describe('DependencyProxy', () => {
  it('passes bytes and ends on, in both directions', async () => {
    const { dependency, proxy } = await startProxy();
    const client = await TcpPeer.connect(proxy.port);
    const server = await dependency.connection();
    server.send('who is there');
    await client.untilReceived('who is there');
    client.socket.end('me');
    await server.untilEnd();
    expect(server.received).toBe('me');
    server.socket.end('come in');
    await client.untilEnd();
    expect(client.received).toContain('come in');
  });

  it('resets every connection on both sides when the dependency goes away, and refuses new ones', async () => {
    const { dependency, proxy } = await startProxy();
    const client = await TcpPeer.connect(proxy.port);
    const server = await dependency.connection();
    await proxy.goAway();
    await Promise.all([client.untilClosed(), server.untilClosed()]);
    expect([client.error, server.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
    await expect(TcpPeer.connect(proxy.port)).rejects.toThrow('ECONNREFUSED');
  });

  it('is at the same port again when the dependency comes back', async () => {
    const { dependency, proxy } = await startProxy();
    const { port } = proxy;
    await proxy.goAway();
    await proxy.goAway();
    await proxy.comeBack();
    await proxy.comeBack();
    expect(proxy.port).toBe(port);
    const client = await TcpPeer.connect(port);
    client.send('again');
    await (await dependency.connection()).untilReceived('again');
  });

  it('resets a client whose dependency refuses', async () => {
    const { dependency, proxy } = await startProxy();
    await dependency.stopListening();
    const client = await TcpPeer.connect(proxy.port);
    await client.untilClosed();
    expect(client.error).toBe('ECONNRESET');
  });

  it('ends every connection when it is closed, also when it was away', async () => {
    const { dependency, proxy } = await startProxy();
    const client = await TcpPeer.connect(proxy.port);
    await dependency.connection();
    await proxy.close();
    await client.untilEnd();
    await proxy.goAway();
    await proxy.close();
  });
});
