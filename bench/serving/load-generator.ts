import { connect, type Socket } from 'node:net';

/** A number of requests over kept-alive connections, each sending its next request when it has its answer. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly requests: number;
}

/** How a load went. */
export interface LoadResult {
  readonly elapsedMs: number;
}

/** The request that is measured. */
export const REQUEST = 'GET / HTTP/1.1\r\nHost: bench\r\n\r\n';

/**
 * Counts answers by their bytes, which are the same every time: what the client does must not cost more than what is
 * measured. Node's own client is several times slower.
 */
export async function generate({ port, connections, requests }: Load): Promise<LoadResult> {
  const answerBytes = await learnAnswer(port);
  const startedAt = performance.now();
  let left = requests;
  const take = (): boolean => left-- > 0;
  await Promise.all(Array.from({ length: connections }, () => runConnection(port, answerBytes, take)));
  return { elapsedMs: performance.now() - startedAt };
}

function runConnection(port: number, answerBytes: number, take: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(port);
    let received = 0;
    const next = (): void => void (take() ? socket.write(REQUEST) : socket.end());
    socket.on('connect', next);
    socket.on('data', ({ length }: Buffer) => {
      received += length;
      if (received < answerBytes) return;
      if (received > answerBytes) reject(new Error(`an answer of ${received} bytes instead of ${answerBytes}`));
      received = 0;
      next();
    });
    socket.once('error', reject);
    socket.once('close', () => resolve());
  });
}

/** How many bytes an answer has, head and body. Rejects when it is no 200. */
export function learnAnswer(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(port);
    let text = '';
    socket.on('connect', () => socket.write(REQUEST));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const [head, body] = text.split('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(head ?? '')?.[1]);
      if (body === undefined || body.length < length) return;
      socket.destroy();
      if (text.startsWith('HTTP/1.1 200')) resolve(text.length);
      else reject(new Error(`an answer that is no 200: ${text}`));
    });
    socket.once('error', reject);
  });
}

/** A connection to a service on this machine. */
export function openSocket(port: number): Socket {
  return connect({ port, host: '127.0.0.1', noDelay: true });
}
