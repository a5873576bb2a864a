import { until } from '../support/event-loop.js';
import { KINDS } from '../support/program-kinds.js';
import { type Program, type ProgramExit, startProgram } from '../support/program.js';
import { reportOf, stepsOf } from '../support/service.js';
import { SocketIoClient, TRANSPORTS } from '../support/socket-io-client.js';
import { type Close, WsClient } from '../support/ws-client.js';

function startChat(nest: 11 | 12, adapter: string, platform: string): Program {
  // Long, so that a busy machine has time for a reader that is slow on purpose.
  const options = { gracePeriod: '90s', lameDuck: '200ms', longLived: { event: 'leaving', closeReason: 'moving on' } };
  return startProgram('chat', {
    nest,
    env: { ADAPTER: adapter, PLATFORM: platform, OPTIONS: JSON.stringify(options) },
  });
}

describe.each(KINDS)('a signal to a service with WebSockets, on Nest %i with %s', (nest, adapter) => {
  it('lets answers arrive and closes with 1001, after which the process ends at once', async () => {
    const program = startChat(nest, adapter, 'ws');
    const url = await program.url();
    const clients = await Promise.all([1, 2, 3].map(() => WsClient.connect(url)));
    clients[0]?.send('ask');
    await program.waitForLine(/step: asked/);
    program.signal('SIGTERM');
    const gone = { code: 1001, reason: 'moving on' };
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([gone, gone, gone]);
    expect(clients.map(({ received }) => received)).toEqual([[{ event: 'answer', data: 'yours' }], [], []]);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual(['asked', 'left', 'left', 'left', 'closed']);
    expect(reportOf(exit)).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 1, interrupted: [] },
      webSockets: { closed: 3, terminated: 0 },
    });
  });

  it('lets a slow reader have an answer to its end, and says meanwhile what it waits for', async () => {
    const program = startChat(nest, adapter, 'ws');
    const client = await WsClient.connect(await program.url());
    client.send('large');
    client.socket.pause();
    await program.waitForLine(/step: answered/);
    program.signal('SIGTERM');
    // By the second time, a dead peer would have been given up.
    await until('it has said so twice', () => program.output.split('ChatGateway.onLarge').length === 3);
    client.socket.resume();
    expect(await client.closed).toEqual({ code: 1001, reason: 'moving on' });
    expect(client.received).toEqual([{ event: 'large', data: expect.stringMatching(/^x{1000}/) as string }]);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    const { outcome, webSockets } = reportOf(exit);
    // A client that is busy may answer the close frame later than it is waited for.
    expect({ outcome, ended: webSockets.closed + webSockets.terminated }).toEqual({ outcome: 'clean', ended: 1 });
  });

  it.each(TRANSPORTS)('loses no acknowledgement of socket.io, and tells its clients (%s)', async (transport) => {
    const program = startChat(nest, adapter, 'socket.io');
    const client = await SocketIoClient.connect(await program.url(), transport);
    const answer: Promise<unknown> = client.socket.emitWithAck('acknowledge');
    await program.waitForLine(/step: asked/);
    program.signal('SIGTERM');
    expect(await answer).toBe('yours');
    await client.disconnected;
    expect(client.happened).toEqual(['leaving: {"reason":"moving on"}', 'disconnect: io server disconnect']);
    const exit = await program.exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual(['asked', 'left', 'closed']);
    expect(reportOf(exit)).toMatchObject({ outcome: 'clean', webSockets: { closed: 1, terminated: 0 } });
  });
});

describe.each(KINDS)(
  'a signal to a service with WebSockets that are no gateway, on Nest %i with %s',
  (nest, adapter) => {
    async function stop(hookCloses: 'yes' | 'no'): Promise<{ readonly closes: Close[]; readonly exit: ProgramExit }> {
      const program = startProgram('own-sockets', {
        nest,
        env: { ADAPTER: adapter, CLOSES: hookCloses, OPTIONS: JSON.stringify({ lameDuck: '100ms' }) },
      });
      const url = await program.url();
      const clients = await Promise.all(
        ['first', 'second'].map((token) => WsClient.connect(`${url}/feed?token=${token}`)),
      );
      program.signal('SIGTERM');
      const closes = await Promise.all(clients.map(({ closed }) => closed));
      return { closes, exit: await program.exit };
    }

    it('lets a hook close them in their own way', async () => {
      const { closes, exit } = await stop('yes');
      const gone = { code: 1001, reason: 'moving on' };
      expect(closes).toEqual([gone, gone]);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(stepsOf(exit)).toEqual(['2 open']);
      expect(reportOf(exit)).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 2, terminated: 0 } });
      expect(exit.output).not.toContain('upgraded sockets that no hook had closed');
    });

    it('ends those that no hook has closed, names them, and says what to type', async () => {
      const { closes, exit } = await stop('no');
      const cut = { code: 1006, reason: '' };
      expect(closes).toEqual([cut, cut]);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(stepsOf(exit)).toEqual(['2 open']);
      expect(reportOf(exit)).toMatchObject({ outcome: 'clean', upgradedSockets: { closed: 0, terminated: 2 } });
      const warnings = exit.output
        .split('\n')
        .filter((line) => line.includes('upgraded sockets that no hook had closed'));
      expect(warnings).toEqual([
        expect.stringMatching(/WARN .*: 2 × GET \/feed\. .*in a hook; in Nest, .*@WebSocketGateway\(\)/),
      ]);
      expect(exit.output).not.toContain('token');
    });
  },
);
