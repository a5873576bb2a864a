import { status } from '@grpc/grpc-js';
import { until } from '../../../../../test/support/event-loop.js';
import { clientWorld } from '../../../../../test/support/load-world.js';
import { pricesProto, startPricesServer } from '../../../../../test/support/prices-server.js';
import { root } from '../../../../../test/support/repository.js';
import { killAfterTest } from '../../../../../test/support/started-programs.js';
import { Http2Connection } from '../http2/http2-connection.js';
import { parseRequest } from '../parse-request.js';
import { toQuestion } from '../question.js';
import { Visit } from '../visit.js';
import { exchangeOverGrpc } from './grpc-exchange.js';
import { schemaOfFiles } from './proto-files.js';

/** A client with one connection to a server of @grpc/grpc-js. */
async function connected(...parts: Parameters<typeof startPricesServer>) {
  const prices = await startPricesServer(...parts);
  const schema = await schemaOfFiles([pricesProto], root);
  const { world } = clientWorld(prices.port);
  const connection = new Http2Connection(world.address);
  killAfterTest({ kill: async () => connection.destroy() });
  let id = 0;
  const call = (typed: string, visit?: Visit) => {
    const kind = parseRequest(typed);
    const question = toQuestion(kind, (id += 1));
    return exchangeOverGrpc({ connection, question, method: schema.method(kind.path), visit }, world);
  };
  return { ...prices, call, world, connection };
}

describe('exchangeOverGrpc', () => {
  it('is answered with OK, with the number of the request in its message', async () => {
    const names: string[] = [];
    const { call } = await connected(({ request }, answer) => {
      names.push(request.name);
      answer(null, { name: request.name, cents: 1 });
    });
    expect(await call('GRPC shop.Prices/Find {"name":"a{n}"}')).toMatchObject({
      fate: 'answered',
      status: 200,
      grpcStatus: 'OK',
    });
    expect(names).toEqual(['a1']);
  });

  it.each([
    ['', status.NOT_FOUND, { fate: 'answered', status: 404, grpcStatus: 'NOT_FOUND' }],
    ['', status.UNAVAILABLE, { fate: 'server-error', status: 503, detail: 'UNAVAILABLE: it is 50% so' }],
    ['', status.CANCELLED, { fate: 'server-error', grpcStatus: 'CANCELLED' }],
    ['expect=OK,UNAVAILABLE ', status.UNAVAILABLE, { fate: 'answered' }],
    ['expect=0 ', status.NOT_FOUND, { fate: 'server-error', detail: 'NOT_FOUND: it is 50% so' }],
  ])('where %p is expected, has the fate of status %p', async (fields, code, outcome) => {
    const { call } = await connected((_call, answer) => answer({ code, details: 'it is 50% so' }));
    expect(await call(`${fields}GRPC shop.Prices/Find`)).toMatchObject(outcome);
  });

  it('looks into an answer for what is expected of it, and sends a list of messages where the client streams', async () => {
    const { call } = await connected();
    const sum = `GRPC shop.Prices/Sum [{"name":"a"},{"name":"b"}]`;
    expect(await call(`bodyHas='"cents":2' ${sum}`)).toMatchObject({ fate: 'answered' });
    expect(await call(`bodyHas='"cents":3' ${sum}`)).toMatchObject({
      fate: 'server-error',
      detail: 'the body has no "\\"cents\\":3": {"name":"sum","cents":2}',
    });
  });

  it('is reset where the server cuts it, with or without a visit', async () => {
    const { call, server, watched, world } = await connected(() => undefined);
    const find = call('GRPC shop.Prices/Find');
    const watch = call('GRPC shop.Prices/Watch', new Visit(world, undefined));
    await until('the server has the call', () => watched() !== undefined);
    server.forceShutdown();
    expect([(await find).fate, (await watch).fate]).toEqual(['reset', 'reset']);
  });

  it('stays on a stream, and is told to go where the server ends it after GOAWAY', async () => {
    const { call, server, watched, world, connection } = await connected();
    const asked = call('GRPC shop.Prices/Watch', new Visit(world, undefined));
    await until('the server has the call', () => watched() !== undefined);
    server.tryShutdown(() => undefined);
    await until('the client has GOAWAY', () => connection.hasGoaway);
    watched()?.end();
    expect(await asked).toMatchObject({ fate: 'told-to-go', endsConnection: true });
  });

  it('leaves a stream when its visit is over; where both sides stream, the server has the last word', async () => {
    const { call, watched, world, stopping } = await connectedToStop();
    const watch = call('GRPC shop.Prices/Watch', new Visit(world, undefined));
    const chat = call(`bodyHas='"cents":2' GRPC shop.Prices/Chat [{"name":"a"}]`, new Visit(world, undefined));
    await until('the server has the call', () => watched() !== undefined);
    stopping.abort();
    expect([(await watch).fate, (await chat).fate]).toEqual(['answered', 'answered']);
  });
});

async function connectedToStop() {
  const world = await connected();
  const stopping = new AbortController();
  return { ...world, stopping, world: { ...world.world, stopping: stopping.signal } };
}
