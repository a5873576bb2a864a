import { type ServerResponse } from 'node:http';
import { writtenHead } from '../../internals/node-answers.js';
import { lingerForBody } from './lingering-close.js';

type WriteHead = (...args: unknown[]) => ServerResponse;

interface CloseNotice {
  /** Whether no other answer follows on the connection. */
  readonly isLast: () => boolean;
  /** The head has been written. `saysClose`: with `Connection: close`. */
  readonly onHead: (saysClose: boolean) => void;
}

/**
 * Makes an HTTP/1 answer say `Connection: close`, whatever its handler sets: a client would use a kept connection
 * again. `isLast` is asked when the head is written, because only the last of pipelined answers may say so. On an
 * earlier one it would drop the answers behind it. HTTP/2 knows no `Connection` header (RFC 9113 §8.2.2).
 */
export function sayConnectionCloses(response: ServerResponse, { isLast, onHead }: CloseNotice): void {
  if (response.headersSent) return;
  // The overloads differ in where the headers are; they are always the last argument.
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
 * Reads the head that was written: other code may have wrapped the answer before, and removed the header again. Where
 * the head cannot be read, the header is taken to be there.
 */
function isClosing(response: ServerResponse): boolean {
  const head = writtenHead(response);
  return head === undefined || /^connection: *close/im.test(head);
}

/**
 * The arguments of `writeHead`, with `Connection: close`. It is added to the headers among the arguments, in the form
 * they have: with `setHeader` beside a list of headers, Node takes the list apart and loses headers that repeat.
 */
function withClose(response: ServerResponse, args: readonly unknown[]): unknown[] {
  // Wrappers may pass on arguments that are `undefined`.
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

/** A list of headers is flat, or a list of pairs. */
function listWithClose(headers: readonly unknown[]): unknown[] {
  if (headers.length > 0 && headers.every((header) => Array.isArray(header))) {
    return [...headers.filter(([name]) => !isConnection(name)), ['Connection', 'close']];
  }
  return [...headers.filter((_, index) => !isConnection(headers[index - (index % 2)])), 'Connection', 'close'];
}

function isConnection(name: unknown): boolean {
  return typeof name === 'string' && name.toLowerCase() === 'connection';
}
