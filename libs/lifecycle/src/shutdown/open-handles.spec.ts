import { createServer } from 'node:net';
import { once } from 'node:events';
import { openHandles } from './open-handles.js';

describe('openHandles', () => {
  it('counts kinds, the most numerous first, without the standard streams', () => {
    const kinds = ['TTYWrap', 'Timeout', 'TCPSocketWrap', 'TCPSocketWrap', 'PipeWrap', 'Immediate'];
    expect(
      openHandles(
        () => kinds,
        () => [],
      ),
    ).toEqual([
      { kind: 'TCPSocketWrap', count: 2 },
      { kind: 'Timeout', count: 1 },
    ]);
  });

  it('has ten origins of a kind, and a number for the others', () => {
    const kinds = Array.from({ length: 25 }, () => 'TCPSocketWrap');
    const origins = kinds.map((kind, index) => ({ kind, name: `10.0.0.${index % 12}:5432` }));
    const [sockets] = openHandles(
      () => kinds,
      () => origins,
    );
    expect(sockets?.count).toBe(25);
    expect(sockets?.origins?.slice(0, 2)).toEqual([
      { name: '10.0.0.0:5432', count: 3 },
      { name: '10.0.0.1:5432', count: 2 },
    ]);
    expect(sockets?.origins?.slice(10)).toEqual([{ name: '(others)', count: 4 }]);
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
