import { messageName } from './message-name.js';

describe('the name of a message', () => {
  it.each([
    ['a string, as it is', 'orders.create', 'orders.create'],
    [
      'a gRPC method, by its service and method',
      '{"service":"Prices","rpc":"Find","streaming":"no_stream"}',
      'Prices/Find',
    ],
    ['a gRPC stream', '{"service":"Prices","rpc":"Watch","streaming":"rx_stream"}', 'Prices/Watch'],
    ['an object, by its pairs', '{"cmd":"sum","role":"math"}', 'cmd=sum, role=math'],
    ['numbers and nested objects', '{"cmd":1,"of":{"kind":"a"}}', 'cmd=1, of.kind=a'],
    ['an object that is no method of gRPC', '{"service":"Prices","rpc":"Find"}', 'service=Prices, rpc=Find'],
    ['an empty object', '{}', '{}'],
    ['a string that only looks like an object', '{orders', '{orders'],
    ['a pattern that Nest has cut short', '{"a":[MAX_DEPTH_REACHED]}', '{"a":[MAX_DEPTH_REACHED]}'],
    ['an empty string', '', ''],
  ])('is made of %s', (_what, key, name) => {
    expect(messageName(key)).toBe(name);
  });

  it('is at most 80 characters long, whatever the pattern', () => {
    const name = messageName(JSON.stringify({ cmd: 'x'.repeat(1_000_000) }));
    expect(name).toHaveLength(80);
    expect(name).toMatch(/^cmd=x+…$/);
  });
});
