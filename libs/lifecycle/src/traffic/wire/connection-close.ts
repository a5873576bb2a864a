import { type ServerResponse } from 'node:http';
import { writtenHead } from '../../internals/node-answers.js';
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
 * may say so: on an earlier one it would drop those behind it. `Connection` is for HTTP/1 only (RFC 9113 §8.2.2).
 */
export function sayConnectionCloses(response: ServerResponse, { isLast, onHead }: Farewell): void {
  if (response.headersSent) return;
  // Its overloads differ in where the headers are; all of them end with them.
  const writeHead = response.writeHead.bind(response) as WriteHead;
  const write: WriteHead = (...args) => {
    const saysClose = isLast();
    if (saysClose) lingerForBody(response);
    const written = writeHead(...(saysClose ? withClose(response, args) : args));
    onHead(saysClose && isClosing(response));
    return written;
  };
  response.writeHead = write;
}

/**
 * What has really been written: other code may have wrapped the answer before, and taken the header out again. Where the
 * head cannot be read, it is what was asked for.
 */
function isClosing(response: ServerResponse): boolean {
  const head = writtenHead(response);
  return head === undefined || /^connection: *close/im.test(head);
}

/**
 * The arguments of `writeHead`, with `Connection: close`. Added to the headers given in them, in their own form: a
 * header that is set beside a list of headers makes Node take the list apart, and lose those that repeat.
 */
function withClose(response: ServerResponse, args: readonly unknown[]): unknown[] {
  // Wrappers pass on what they were not given, too.
  const isHeaders = (argument: unknown): argument is object => typeof argument === 'object' && argument !== null;
  if (!args.some(isHeaders)) {
    response.setHeader('Connection', 'close');
    return [...args];
  }
  response.removeHeader('Connection');
  return args.map((argument) => {
    if (!isHeaders(argument)) return argument;
    return Array.isArray(argument) ? listWithClose(argument) : objectWithClose(argument);
  });
}

function objectWithClose(headers: object): object {
  const others = Object.entries(headers).filter(([name]) => !isConnection(name));
  return { ...Object.fromEntries(others), Connection: 'close' };
}

/** Flat, or of pairs. */
function listWithClose(headers: readonly unknown[]): unknown[] {
  if (headers.length > 0 && headers.every((header) => Array.isArray(header))) {
    return [...headers.filter(([name]) => !isConnection(name)), ['Connection', 'close']];
  }
  return [...headers.filter((_, index) => !isConnection(headers[index - (index % 2)])), 'Connection', 'close'];
}

function isConnection(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'connection';
}
