import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Watchers } from './watchers.js';

const STATE = 'x'.repeat(200_000);

describe('Watchers', () => {
  let server: Server;
  let client: Socket;
  let watchers: Watchers;
  let response: ServerResponse;
  let read: string;

  beforeEach(async () => {
    watchers = new Watchers();
    server = createServer((_request, answer) => {
      response = answer;
      watchers.add(answer, () => undefined);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = once(server, 'request');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    read = '';
    client.setEncoding('utf8').on('data', (data: string) => (read += data));
    client.pause();
    client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await asked;
  });

  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  /** Until what the system takes is full: from then on everything would be kept here. */
  const fill = async (): Promise<number> => {
    let kept = 0;
    for (let same = 0; same < 20;) {
      watchers.send(STATE);
      await new Promise((resolve) => setImmediate(resolve));
      same = response.writableLength > 0 && response.writableLength === kept ? same + 1 : 0;
      kept = response.writableLength;
    }
    return kept;
  };

  it('keep no more than one state for a client that does not read, and send it the newest when it does', async () => {
    const kept = await fill();
    expect(kept).toBeLessThan(2 * STATE.length);
    for (let index = 0; index < 1000; index += 1) watchers.send(`{"number":${index}}`);
    expect(response.writableLength).toBe(kept);
    client.resume();
    while (!read.includes('{"number":999}')) await once(client, 'data');
    expect(read.match(/"number"/g)).toHaveLength(1);
  });

  it('tell such a client of the end, as far as it reads', async () => {
    await fill();
    watchers.send('{"lost":1}');
    watchers.end('{"end":1}');
    const closed = once(client, 'close');
    client.resume();
    await closed;
    expect(read.slice(-'event: end\ndata: {"end":1}\n\n'.length)).toBe('event: end\ndata: {"end":1}\n\n');
    expect(read).not.toContain('"lost"');
  });

  it('hand the end to the system in the same tick, as where the process exits behind it', () => {
    const socket = response.socket;
    watchers.end('{"end":1}');
    expect(socket?.writableLength).toBe(0);
  });
});
