import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Clock, systemClock } from '../../deadline/clock.js';
import { Deadline } from '../../deadline/deadline.js';
import { closeListener } from './accept-queue.js';

/** A machine that is so busy that a second passes whenever one looks. */
function busyClock(): Clock {
  let now = 0;
  return { ...systemClock, now: () => (now += 1000) };
}

describe('closing a listener', () => {
  it('resets no client that waits in its accept queue, however slow the machine is', async () => {
    const accepted: Socket[] = [];
    const server = createServer((socket) => void accepted.push(socket));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // Of a server that listens on a port.
    const { port } = server.address() as AddressInfo;
    const clients = Array.from({ length: 40 }, () => connect({ host: '127.0.0.1', port }));
    const ends = clients.map(
      (client) =>
        new Promise<string>((resolve) => {
          client.once('data', (data) => resolve(data.toString()));
          client.once('error', ({ message }) => resolve(message));
        }),
    );
    // The kernel has connected them; the server has accepted none.
    await new Promise((resolve) => process.nextTick(resolve));
    const clock = busyClock();
    await closeListener(server, () => accepted.length, new Deadline(clock, clock.now() + 1_000_000));
    for (const socket of accepted) socket.write('hello');
    expect(await Promise.all(ends)).toEqual(clients.map(() => 'hello'));
    for (const client of clients) client.destroy();
    for (const socket of accepted) socket.destroy();
    server.close();
  });
});
