import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fatesOf, loadOf } from '../../../../../test/support/load-world.js';
import { pricesProto, startPricesServer } from '../../../../../test/support/prices-server.js';
import { root } from '../../../../../test/support/repository.js';
import { until } from '../../../../../test/support/event-loop.js';
import { onLoopback } from '../address.js';
import { parseRequest } from '../parse-request.js';
import { GrpcError } from './grpc-error.js';
import { callsOfServer, checkCalls } from './grpc-calls.js';

const source = { protos: [], folder: root };
const soon = (): AbortSignal => AbortSignal.timeout(20_000);

describe('what a running server says of its services', () => {
  it.each(['v1', 'v1alpha'] as const)('is enough for a load where it has server reflection %s', async (version) => {
    const { port } = await startPricesServer(undefined, version);
    const kinds = [parseRequest(`bodyHas='"name":"a' GRPC shop.Prices/Find {"name":"a{n}"}`)];
    const { load, ledger, clock } = loadOf(port, { kinds, closedClients: 1, grpc: source });
    await load.prepare();
    load.start();
    await clock.advance(100);
    await until('a call is answered', () => ledger.counts.answered > 0);
    expect(fatesOf(ledger.records)).toContain('answered');
    expect(ledger.records[0]).toMatchObject({ client: 'grpc', kind: 'GRPC shop.Prices/Find', grpcStatus: 'OK' });
  });

  it.each([
    ['GRPC shop.Costs/Find', 'v1', /does not know shop\.Costs: not found: shop\.Costs/],
    ['GRPC shop.Prices/Fnd', 'v1', /GRPC shop\.Prices\/Fnd: shop\.Prices has no method Fnd: did you mean Find\?/],
    ['GRPC shop.Prices/Find', undefined, /has no server reflection.+ --grpc-proto proto\/orders\.proto/],
  ] as const)('is not enough for %p with reflection %p', async (typed, version, message) => {
    const { port } = await startPricesServer(undefined, version);
    const asked = callsOfServer(source, [parseRequest(typed)], { address: onLoopback(port), signal: soon() });
    await expect(asked).rejects.toThrow(message);
  });

  it.each([
    ['bytes that end too early', Buffer.from([0x0a, 0xff])],
    // A file `a` with a message `B` whose field `c` is of a type that no file has.
    ['a type that is nowhere', Buffer.from('\n\x01a"\x13\n\x01B\x12\x0e\n\x01c\x18\x01 \x01(\x0b2\x04.D.E', 'latin1')],
  ])('is not enough where it is %s', async (_name, bytes) => {
    const { port } = await startPricesServer(undefined, 'v1', [bytes]);
    const kinds = [parseRequest('GRPC shop.Prices/Find')];
    const asked = callsOfServer(source, kinds, { address: onLoopback(port), signal: soon() });
    await expect(asked).rejects.toThrow(GrpcError);
    await expect(asked).rejects.toThrow(/answered what cannot be read \(.+\).+--grpc-proto/);
  });

  it('is nothing where nothing listens', async () => {
    const asked = callsOfServer(source, [parseRequest('GRPC shop.Prices/Find')], {
      address: onLoopback(1),
      signal: soon(),
    });
    await expect(asked).rejects.toThrow(/no answer of gRPC.+ECONNREFUSED/);
  });
});

describe('checkCalls', () => {
  const check = (typed: string, changes: object = {}) =>
    checkCalls({ grpc: { protos: [pricesProto], folder: root, ...changes }, kinds: [parseRequest(typed)] });

  it.each([
    ['GRPC Prices/Find', {}, 'GRPC Prices/Find: there is no service Prices: did you mean shop.Prices?'],
    ['GRPC shop.Prices/Find {"nmae":"a"}', {}, 'shop.Item has no field "nmae": did you mean name?'],
    ['GRPC shop.Prices/Find {"name":1}', {}, 'name is 1: write a text'],
    ['GRPC shop.Prices/Sum [{"name":"a"},3]', {}, 'the message is 3: write an object with fields of shop.Item'],
    ['GRPC shop.Prices/Find', { protos: ['no.proto'] }, 'there is no file no.proto in'],
    ['GRPC shop.Prices/Find', { folder: mkdtempSync(join(tmpdir(), 'bare-')) }, 'which is not installed in'],
  ])('says what to write in place of %p with %p', async (typed, changes, message) => {
    await expect(check(typed, changes)).rejects.toThrow(message);
  });

  it('says nothing of a call that can be made', async () => {
    await expect(check('GRPC shop.Prices/Find {"name":"a{n}"}')).resolves.toBeUndefined();
  });
});
