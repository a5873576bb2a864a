import { type ServerResponse } from 'node:http';
import { lingerForBody } from './lingering-close.js';

type WriteHead = (...args: unknown[]) => ServerResponse;

interface Farewell {
  /** Whether no other answer is to follow on the connection. */
  readonly isLast: () => boolean;
  /** The head has been written; whether it says that the connection ends. */
  readonly onHead: (saysClose: boolean) => void;
}

/**
 * Makes an HTTP/1 answer say that its connection ends with it, whatever its handler says of the connection: one that is
 * kept would be used again. Decided when the head is written, by `isLast`, because only the last of pipelined answers
 * may say so. `Connection` is for HTTP/1 only (RFC 9113 §8.2.2).
 */
export function sayConnectionCloses(response: ServerResponse, { isLast, onHead }: Farewell): void {
  if (response.headersSent) return;
  response.setHeader('Connection', 'close');
  // Its overloads differ in where the headers are; all of them end with them.
  const writeHead = response.writeHead.bind(response) as WriteHead;
  const writeLast: WriteHead = (...args) => {
    response.setHeader('Connection', 'close');
    lingerForBody(response);
    return writeHead(...args.map(withoutConnection));
  };
  const writeOther: WriteHead = (...args) => {
    response.removeHeader('Connection');
    return writeHead(...args);
  };
  const write: WriteHead = (...args) => {
    const saysClose = isLast();
    const written = saysClose ? writeLast(...args) : writeOther(...args);
    onHead(saysClose);
    return written;
  };
  response.writeHead = write;
}

/** The headers given to `writeHead`, as an object, a flat list or a list of pairs; anything else as it is. */
function withoutConnection(argument: unknown): unknown {
  if (Array.isArray(argument)) return withoutConnectionIn(argument);
  if (typeof argument !== 'object' || argument === null) return argument;
  return Object.fromEntries(Object.entries(argument).filter(([name]) => !isConnection(name)));
}

function withoutConnectionIn(headers: readonly unknown[]): unknown[] {
  if (headers.every((header) => Array.isArray(header))) return headers.filter(([name]) => !isConnection(name));
  return headers.filter((_, index) => !isConnection(headers[index - (index % 2)]));
}

function isConnection(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'connection';
}
