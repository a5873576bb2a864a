/** What a server has answered so far, read from raw bytes. */
export type ResponseState =
  | { isComplete: false }
  | { isComplete: true; status: number; headers: Map<string, string>; body: string };

const incomplete: ResponseState = { isComplete: false };

/**
 * Reads one HTTP/1.1 response (RFC 9112 §6.3: chunked, by length, or until the connection closes).
 * @param hasEnded the server has closed its side: nothing more will come
 */
export function readResponse(bytes: Buffer, hasEnded: boolean): ResponseState {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return incomplete;
  const [statusLine = '', ...headerLines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not an HTTP/1.1 status line: ${statusLine}`);
  const rest = bytes.subarray(headEnd + 4);
  if (status < 200) return readResponse(rest, hasEnded);
  const headers = new Map(headerLines.map(parseHeader));
  const body = readBody(rest, { status, headers, hasEnded });
  return body === undefined ? incomplete : { isComplete: true, status, headers, body: body.toString('utf8') };
}

function parseHeader(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

interface BodyFraming {
  status: number;
  headers: Map<string, string>;
  hasEnded: boolean;
}

function readBody(bytes: Buffer, { status, headers, hasEnded }: BodyFraming): Buffer | undefined {
  if (status === 204 || status === 304) return Buffer.alloc(0);
  if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') return readChunks(bytes);
  const length = headers.get('content-length');
  if (length === undefined) return hasEnded ? bytes : undefined;
  return bytes.length >= Number(length) ? bytes.subarray(0, Number(length)) : undefined;
}

/** Returns nothing until the last, empty chunk is there. Trailers are not read. */
function readChunks(bytes: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let start = 0;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', start);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', start, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return undefined;
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(lineEnd + 2, end));
    start = end + 2;
  }
}
