import { once } from 'node:events';
import { createServer, get, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { answerFollower } from './answer-end.js';

/** Serves one answer after the other on one connection. */
async function serve(count: number, listener: RequestListener): Promise<void> {
  const server = createServer({ keepAlive: true }, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (let time = 0; time < count; time += 1) {
    const [response] = (await once(get({ port, host: '127.0.0.1' }), 'response')) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, 'end');
  }
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

describe('answerFollower', () => {
  it('hears of every end, and needs no listener once Node has shown how it ends an answer', async () => {
    const ended: ServerResponse[] = [];
    const listeners: number[] = [];
    const follow = answerFollower((response) => ended.includes(response) || ended.push(response));
    const answers: ServerResponse[] = [];
    await serve(3, (request, response) => {
      follow(response, request.socket);
      answers.push(response);
      listeners.push(response.listenerCount('close'));
      response.end('ok');
    });
    expect(ended).toEqual(answers);
    expect(listeners).toEqual([1, 0, 0]);
  });

  it('listens to answers that have no socket of Node yet, or another kind', async () => {
    const listeners: number[] = [];
    const follow = answerFollower(() => undefined);
    await serve(3, (request, response) => {
      follow(response, listeners.length === 2 ? undefined : listeners.length === 1 ? new Socket() : request.socket);
      listeners.push(response.listenerCount('close'));
      response.end('ok');
    });
    expect(listeners).toEqual([1, 1, 1]);
  });

  it('goes on listening where Node ends answers in another way', async () => {
    let ends = 0;
    const listeners: number[] = [];
    const follow = answerFollower(() => (ends += 1));
    await serve(3, (request, response) => {
      follow(response, request.socket);
      Reflect.deleteProperty(response, 'detachSocket');
      listeners.push(response.listenerCount('close'));
      response.end('ok');
    });
    expect([ends, listeners]).toEqual([3, [1, 1, 1]]);
  });
});
