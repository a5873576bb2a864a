import { createServer } from 'node:net';
import { once } from 'node:events';
import { openHandles } from './open-handles.js';

describe('openHandles', () => {
  it('counts kinds, the most numerous first, without the standard streams', () => {
    const kinds = ['TTYWrap', 'Timeout', 'TCPSocketWrap', 'TCPSocketWrap', 'PipeWrap', 'Immediate'];
    expect(openHandles(() => kinds)).toEqual([
      { kind: 'TCPSocketWrap', count: 2 },
      { kind: 'Timeout', count: 1 },
    ]);
  });

  it('finds a server that listens', async () => {
    const servers = () => openHandles().find(({ kind }) => kind === 'TCPServerWrap')?.count ?? 0;
    const before = servers();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    expect(servers()).toBe(before + 1);
    await once(server.close(), 'close');
  });
});
