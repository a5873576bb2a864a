import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../../../test/support/repository.js';
import { type GrpcMethod } from './grpc-schema.js';
import { schemaOfFiles } from './proto-files.js';

const SERVICE = `
syntax = "proto3";
package orders.v1;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
enum State { NEW = 0; PAID = 1; }
message Order {
  string order_id = 1; int64 units = 2; State state = 3; repeated string tags = 4; map<string, int32> counts = 5;
  common.Money price = 6; google.protobuf.Timestamp at = 7; bool paid = 8; double share = 9; bytes picture = 10;
}
service Orders { rpc Echo (Order) returns (Order); }
`;
const MONEY = 'syntax = "proto3"; package common; message Money { string currency_code = 1; }';

let folder: string;
let echo: GrpcMethod;
beforeAll(async () => {
  folder = mkdtempSync(join(root, 'node_modules/.orders-'));
  mkdirSync(join(folder, 'proto/orders'), { recursive: true });
  mkdirSync(join(folder, 'proto/common'));
  writeFileSync(join(folder, 'proto/orders/orders.proto'), SERVICE);
  writeFileSync(join(folder, 'proto/common/money.proto'), MONEY);
  echo = (await schemaOfFiles(['proto/orders/orders.proto'], folder)).method('/orders.v1.Orders/Echo');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a message of JSON', () => {
  it('has the fields of its type under the names of the file or in camelCase, and imports from a folder above', () => {
    const json = {
      orderId: 'a',
      units: '9007199254740993',
      state: 'PAID',
      tags: ['x', 'y'],
      counts: { a: 1 },
      price: { currencyCode: 'EUR' },
      at: { seconds: 5, nanos: 1 },
      paid: true,
      share: 0.5,
      picture: 'AAEC',
    };
    const frame = echo.framesOf(json);
    expect(JSON.parse(echo.textOf(frame.subarray(5)))).toEqual({
      ...{ order_id: 'a', units: '9007199254740993', state: 'PAID', tags: ['x', 'y'], counts: { a: 1 } },
      ...{ price: { currency_code: 'EUR' }, at: { seconds: '5', nanos: 1 }, paid: true, share: 0.5, picture: 'AAEC' },
    });
    expect(echo.framesOf({ tags: null })).toHaveLength(5);
  });

  it.each([
    [[], 'the message is []: write an object'],
    [{ order: 1 }, 'orders.v1.Order has no field "order"'],
    [{ price: { currency: 'EUR' } }, 'common.Money has no field "currency" (at price)'],
    [{ state: 'PAYED' }, 'state is "PAYED": write one of NEW, PAID'],
    [{ tags: 'x' }, 'tags is "x": write a list'],
    [{ tags: ['x', 1] }, 'tags[1] is 1: write a text'],
    [{ counts: { a: 'b' } }, 'counts.a is "b": write a whole number (int32)'],
    [{ counts: 1 }, 'counts is 1: write an object: it is a map'],
    [{ units: 1.5 }, 'units is 1.5: write a whole number (int64)'],
    [{ share: 'half' }, 'share is "half": write a number (double)'],
    [{ paid: 'yes' }, 'paid is "yes": write true or false'],
    [{ picture: 1 }, 'picture is 1: write a text in base64'],
  ])('is refused as %j', (json, message) => {
    expect(() => echo.framesOf(json)).toThrow(message);
  });
});
