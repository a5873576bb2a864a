import { type ServerResponse } from 'node:http';

/** Calls `listener` once the head of an answer has been written, after the code that wrote it has run. */
export function onHeadWritten(response: ServerResponse, listener: () => void): void {
  // The overloads differ in where the headers are.
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  let hasBeenWritten = false;
  response.writeHead = (...args: unknown[]) => {
    const written = writeHead(...args);
    if (!hasBeenWritten) queueMicrotask(listener);
    hasBeenWritten = true;
    return written;
  };
}
