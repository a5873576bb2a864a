import { framingOfAnswer, framingOfRequest, type MessageHead, MessageReader } from './message-reader.js';

/** What an answer to GET is read as, in pieces of so many bytes. */
function readAnswers(text: string, size: number, method = 'GET') {
  const said: string[] = [];
  const reader = new MessageReader({
    onHead: (head) => {
      said.push(head.first);
      return framingOfAnswer(head, Number(head.first.split(' ')[1]), method);
    },
    onBody: (bytes) => said.push(`body ${bytes.toString()}`),
    onEnd: () => said.push('end'),
    onOther: () => said.push('other'),
  });
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  return { said, reader };
}

const MESSAGES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=1\r\nWiki\r\n0\r\nTrailer: a\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n',
];

describe('messages that pass', () => {
  it.each([1, 2, 7, 1000])('are told apart in pieces of %i bytes', (size) => {
    const { said } = readAnswers(MESSAGES.join(''), size);
    expect(said.filter((one) => !one.startsWith('body'))).toEqual([
      ...['HTTP/1.1 200 OK', 'end', 'HTTP/1.1 204 No Content', 'end', 'HTTP/1.1 200 OK', 'end'],
      ...['HTTP/1.1 103 Early Hints', 'end', 'HTTP/1.1 502 Bad Gateway', 'end'],
    ]);
    const bodies = said.flatMap((one) => (one.startsWith('body') ? [one.slice(5)] : []));
    expect(bodies.join('')).toBe('okWiki');
  });

  it('end with the connection where nothing else says their end', () => {
    const { said, reader } = readAnswers('HTTP/1.1 200 OK\r\n\r\nuntil the end', 5);
    expect(said).not.toContain('end');
    reader.end();
    expect(said.at(-1)).toBe('end');
  });

  it('have no body as an answer to HEAD, whatever they say of its length', () => {
    expect(readAnswers('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', 9, 'HEAD').said).toEqual([
      'HTTP/1.1 200 OK',
      'end',
    ]);
  });

  it.each([
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\u0016\u0003\u0001 a hello of TLS',
    'GET\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  ])('are none of HTTP/1.1: %j', (text) => {
    expect(readAnswers(text, 3).said.at(-1)).toBe('other');
  });

  it('are other than HTTP/1.1 where a chunk has no size', () => {
    expect(readAnswers('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 100).said.at(-1)).toBe('other');
  });
});

describe('what follows the head of a request', () => {
  const head = (headers: Record<string, string>): MessageHead => ({
    first: 'POST / HTTP/1.1',
    headers: new Map(Object.entries(headers)),
  });

  it('is what its headers say, and else nothing', () => {
    expect(framingOfRequest(head({}))).toEqual({ kind: 'none' });
    expect(framingOfRequest(head({ 'content-length': '12' }))).toEqual({ kind: 'length', bytes: 12 });
    expect(framingOfRequest(head({ 'transfer-encoding': 'gzip, chunked', 'content-length': '12' }))).toEqual({
      kind: 'chunked',
    });
  });
});
