import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { handleOrigins } from './node-handles.js';

describe('handleOrigins', () => {
  it('finds a server by its address, and both ends of a connection by their peers', async () => {
    const accepted: Socket[] = [];
    const server = createServer((socket) => void accepted.push(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // Of a server that listens on a port.
    const { port } = server.address() as AddressInfo;
    const client = connect(port, '127.0.0.1');
    await Promise.all([once(client, 'connect'), once(server, 'connection')]);
    expect(handleOrigins()).toEqual(
      expect.arrayContaining([
        { kind: 'TCPServerWrap', name: `127.0.0.1:${port}` },
        { kind: 'TCPSocketWrap', name: `127.0.0.1:${port}` },
        { kind: 'TCPSocketWrap', name: `from 127.0.0.1 to port ${port}` },
      ]),
    );
    client.destroy();
    for (const socket of accepted) socket.destroy();
    await once(server.close(), 'close');
  });

  it('finds a child process by its file, without its arguments', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'SECRET'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    const found = handleOrigins().filter(({ kind }) => kind === 'ProcessWrap');
    expect(found).toContainEqual({
      kind: 'ProcessWrap',
      name: expect.stringMatching(/^node.* \(pid \d+\)$/) as string,
    });
    expect(JSON.stringify(found)).not.toContain('SECRET');
    child.stdin.end();
    await once(child, 'exit');
  });

  it('finds nothing where Node does not tell, or throws', () => {
    expect(handleOrigins(() => [null, {}, 1])).toEqual([]);
    const fail = (): never => {
      throw new Error('on purpose');
    };
    expect(handleOrigins(fail)).toEqual([]);
  });
});
