import { readResponse } from './http-response.js';

const read = (text: string, hasEnded = false) => readResponse(Buffer.from(text), hasEnded);

describe('readResponse', () => {
  it('reads a body of the announced length', () => {
    const response = read('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Name:  value \r\n\r\nhello');
    expect(response).toMatchObject({ isComplete: true, status: 200, body: 'hello' });
    expect(response.isComplete && response.headers.get('x-name')).toBe('value');
  });

  it('reads a chunked body to its empty chunk', () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(read(`${head}5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`)).toMatchObject({
      isComplete: true,
      body: 'hello world',
    });
    expect(read(`${head}5\r\nhello\r\n6\r\n world\r\n`)).toEqual({ isComplete: false });
    expect(read(`${head}5\r\nhello\r\n`, true)).toEqual({ isComplete: false });
  });

  it('reads an unannounced body until the connection closes', () => {
    expect(read('HTTP/1.1 200 OK\r\n\r\nhello', false)).toEqual({ isComplete: false });
    expect(read('HTTP/1.1 200 OK\r\n\r\nhello', true)).toMatchObject({ isComplete: true, body: 'hello' });
  });

  it('does not take a short body for a complete one, closed or not', () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell';
    expect(read(text)).toEqual({ isComplete: false });
    expect(read(text, true)).toEqual({ isComplete: false });
  });

  it('passes over an interim answer and expects no body after 204', () => {
    const text = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n';
    expect(read(text)).toMatchObject({ isComplete: true, status: 204, body: '' });
  });
});
