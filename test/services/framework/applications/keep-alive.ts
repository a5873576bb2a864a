import { connect } from 'node:net';
import { once } from 'node:events';
import { Controller, Get } from '@nestjs/common';
import { type FrameworkApplication, HTTP } from '../run/application.js';
import { exchange, get } from '../run/exchanges.js';

/** What comes back for some bytes, until the server ends the connection. */
async function talk(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
  socket.write(text);
  await once(socket, 'close');
  return answer.replaceAll(/date: .*\r\n/gi, '');
}

const head = 'GET / HTTP/1.1\r\nHost: shop.example\r\n';

export const application: FrameworkApplication = {
  shows: 'connections: kept alive, pipelined, HTTP/1.0, Expect: 100-continue, bad requests',
  kinds: HTTP,
  nest: () => ({ forceCloseConnections: true }),
  module: () => {
    @Controller()
    class HomeController {
      @Get()
      home(): string {
        return 'home';
      }
    }
    return { controllers: [HomeController] };
  },
  exchanges: [
    get('/'),
    get('/'),
    exchange('two requests at once', ({ url }) => talk(url, `${head}\r\n${head}Connection: close\r\n\r\n`)),
    exchange('HTTP/1.0', ({ url }) => talk(url, 'GET / HTTP/1.0\r\n\r\n')),
    exchange('a body that waits to be asked for', ({ url }) =>
      talk(
        url,
        'POST /none HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
      ),
    ),
    exchange('no HTTP at all', ({ url }) => talk(url, 'what?\r\n\r\n')),
  ],
};
