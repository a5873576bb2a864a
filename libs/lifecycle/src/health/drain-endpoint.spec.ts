import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { DrainEndpoint } from './drain-endpoint.js';

interface Asked {
  readonly address?: string;
  readonly url?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

function request({ address, url = '/drain', method = 'POST', headers = {} }: Asked): IncomingMessage {
  const socket = Object.defineProperty(new Socket(), 'remoteAddress', { value: address });
  return Object.assign(new IncomingMessage(socket), { url, method, headers });
}

describe('POST /drain', () => {
  let drains: number;
  const drain = (): Promise<object> => {
    drains += 1;
    return Promise.resolve({ outcome: 'drained' });
  };
  const answerTo = (asked: Asked, isServed = true) => new DrainEndpoint(isServed, drain).answer(request(asked));

  beforeEach(() => {
    drains = 0;
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])(
    'is taken from %s',
    async (address) => {
      expect(await answerTo({ address })).toEqual({ statusCode: 200, body: { outcome: 'drained' } });
      expect(drains).toBe(1);
    },
  );

  it.each(['10.0.0.7', '192.168.127.0', '::ffff:10.0.0.7', 'fe80::1', '::', '127.evil', '', undefined])(
    'is no path for %s',
    (address) => {
      expect(answerTo(address === undefined ? {} : { address })).toBeUndefined();
      expect(drains).toBe(0);
    },
  );

  it.each([{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }])(
    'is no path for what a proxy of this machine hands on: %j',
    (headers) => {
      expect(answerTo({ address: '127.0.0.1', headers })).toBeUndefined();
      expect(drains).toBe(0);
    },
  );

  it('is no path where it is off, and no other path is', () => {
    expect(answerTo({ address: '127.0.0.1' }, false)).toBeUndefined();
    expect(answerTo({ address: '127.0.0.1', url: '/drained' })).toBeUndefined();
    expect(drains).toBe(0);
  });

  it('drains nothing by another method', () => {
    expect(answerTo({ address: '127.0.0.1', method: 'GET' })).toMatchObject({ statusCode: 405 });
    expect(drains).toBe(0);
  });
});
