import { turns, until, watch } from '../support/event-loop.js';
import { GrpcClient, readStream } from '../support/grpc-client.js';
import { GRPC_KINDS, startGrpcWorld } from '../support/grpc-world.js';

describe.each(GRPC_KINDS)('a gRPC service (%s)', (kind) => {
  it('boots, answers every kind of call, and says nothing of what its transport cannot do', async () => {
    const { app, port, gate, shutdown, logger } = await startGrpcWorld(kind);
    const client = new GrpcClient(port);
    gate.open();
    expect(await client.find('tea')).toEqual({ name: 'tea', cents: 100 });
    expect(await client.sum(['a', 'b', 'c'])).toEqual({ name: 'sum', cents: 3 });
    const quote = client.raw.quote();
    const quoted = readStream(quote);
    quote.write({ name: 'tea' });
    quote.end();
    expect(await quoted).toEqual({ prices: [{ name: 'tea', cents: 1 }], status: 'OK' });
    const chat = client.raw.chat();
    const chatted = readStream(chat);
    chat.write({ name: 'tea' });
    chat.end();
    expect(await chatted).toEqual({ prices: [{ name: 'tea', cents: 2 }], status: 'OK' });
    await until('nothing is in flight', () => shutdown.inFlight().total === 0);
    await app.close();
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { interrupted: [] } });
    expect([...logger.texts('warn'), ...logger.texts('error')].filter((text) => text.includes('failed'))).toEqual([]);
  });

  it('names calls by service and method, and waits for them until their answers have left', async () => {
    const { app, port, gate, shutdown } = await startGrpcWorld(kind);
    const client = new GrpcClient(port);
    const answers = Promise.all([client.find('tea'), client.find('milk')]);
    await gate.reached(2);
    const chat = client.raw.chat();
    const chatted = readStream(chat);
    chat.write({ name: 'tea' });
    await gate.reached(3);
    expect(shutdown.inFlight().items.map(({ name }) => name)).toEqual(['Prices/Find', 'Prices/Find', 'Prices/Chat']);
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    gate.open();
    chat.end();
    expect(await answers).toEqual([
      { name: 'tea', cents: 100 },
      { name: 'milk', cents: 100 },
    ]);
    expect(await chatted).toEqual({ prices: [{ name: 'tea', cents: 2 }], status: 'OK' });
    await closing;
    expect(shutdown.report).toMatchObject({
      outcome: 'clean',
      requests: { inFlightAtStart: 3, drained: 3, interrupted: [] },
    });
  });
});
