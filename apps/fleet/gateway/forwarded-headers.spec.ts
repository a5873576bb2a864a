import { forwardedHeaders } from './forwarded-headers.js';

describe('the headers that a gateway hands on', () => {
  it('are those of the request, and not those of its connection', () => {
    const headers = {
      host: 'gateway',
      connection: 'keep-alive, X-Hop',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'x-hop': '1',
      'x-request-id': 'abc',
      authorization: 'Bearer abc',
    };
    expect(forwardedHeaders(headers)).toEqual({ 'x-request-id': 'abc', authorization: 'Bearer abc' });
  });
});
