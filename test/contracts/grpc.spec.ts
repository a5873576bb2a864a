import type { sendUnaryData, ServiceDefinition } from '@grpc/grpc-js';
import { turns, until, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { GrpcClient, type Price, readStream } from '../support/grpc-client.js';
import { GRPC_KINDS, startGrpcWorld } from '../support/grpc-world.js';

/** What @grpc/proto-loader makes of a service. */
function serviceOf(definition: unknown, name: string): ServiceDefinition {
  return (definition as Record<string, ServiceDefinition>)[name] ?? {};
}

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

  it('ends streams when it leaves: well where they are marked, with UNAVAILABLE when they are silent otherwise', async () => {
    const { app, port, watched, fed, listed, shutdown } = await startGrpcWorld(kind, {
      options: { gracePeriod: '60s' },
    });
    const client = new GrpcClient(port);
    const prices = { watch: 0, feed: 0, list: 0 };
    const watching = readStream(client.raw.watch({ name: 'tea' }), () => (prices.watch += 1));
    const feeding = readStream(client.raw.feed({ name: 'tea' }), () => (prices.feed += 1));
    const listing = readStream(client.raw.list({ name: 'tea' }), () => (prices.list += 1));
    await until('all of them are there', () => watched.observed && fed.observed && listed.observed);
    const price = { name: 'tea', cents: 1 };
    for (const stream of [watched, fed, listed]) stream.next(price);
    await until('all have a price', () => prices.watch + prices.feed + prices.list === 3);
    const closing = app.close();
    expect(await feeding).toEqual({ prices: [price], status: 'OK' });
    expect(await watching).toEqual({ prices: [price], status: 'UNAVAILABLE' });
    listed.next(price);
    listed.complete();
    expect(await listing).toEqual({ prices: [price, price], status: 'OK' });
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 3, interrupted: [] } });
  });

  it('sends calls elsewhere once it drains, with UNAVAILABLE where there is no other server', async () => {
    const { app, port, gate, shutdown } = await startGrpcWorld(kind);
    const [running, late] = [new GrpcClient(port), new GrpcClient(port)];
    const connected = late.sum(['a']);
    const answer = running.find('tea');
    await gate.reached();
    await connected;
    const closing = app.close();
    await until('it drains', () => shutdown.phase === 'draining');
    expect(await late.find('milk')).toBe('UNAVAILABLE');
    expect(await new GrpcClient(port).find('milk')).toBe('UNAVAILABLE');
    gate.open();
    expect(await answer).toEqual({ name: 'tea', cents: 100 });
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 1 } });
  });

  it('waits for calls of services that were added to its server by hand', async () => {
    const byHand = new Gate();
    const { app, port, shutdown } = await startGrpcWorld(kind, {
      onServer: (definition, server) => {
        server.addService(serviceOf(definition, 'yard.ByHand'), {
          ask: (_call: unknown, answer: sendUnaryData<Price>) =>
            void byHand.pass().then(() => answer(null, { name: 'by hand', cents: 7 })),
        });
      },
    });
    const client = new GrpcClient(port);
    const answer = client.askByHand('tea');
    await byHand.reached();
    const closing = app.close();
    const state = watch(closing);
    await until('it drains', () => shutdown.phase === 'draining');
    await turns();
    expect(state.isSettled).toBe(false);
    byHand.open();
    expect(await answer).toEqual({ name: 'by hand', cents: 7 });
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean' });
  });

  it('names what it cuts at the deadline, each call once, and forgets a call whose client has left its stream', async () => {
    const { app, port, fed, shutdown } = await startGrpcWorld(kind, {
      options: { gracePeriod: '2s' },
      transport: { gracefulShutdown: true },
    });
    const client = new GrpcClient(port);
    const feed = client.raw.feed({ name: 'tea' });
    const ended = readStream(feed);
    await until('it feeds', () => fed.observed);
    expect(shutdown.inFlight().messages).toBe(1);
    feed.cancel();
    expect((await ended).status).toBe('CANCELLED');
    await until('it is forgotten', () => shutdown.inFlight().messages === 0);
    const answer = client.find('never');
    const chat = client.raw.chat();
    const chatted = readStream(chat);
    await until('both run', () => shutdown.inFlight().messages === 2);
    await app.close();
    expect(['CANCELLED', 'UNAVAILABLE', 'INTERNAL']).toContain(await answer);
    expect(['CANCELLED', 'UNAVAILABLE', 'INTERNAL']).toContain((await chatted).status);
    const { outcome, requests } = shutdown.report ?? {};
    expect(outcome).toBe('interrupted');
    expect(requests?.interrupted.map(({ name }) => name).toSorted()).toEqual(['Prices/Chat', 'Prices/Find']);
  });
});
