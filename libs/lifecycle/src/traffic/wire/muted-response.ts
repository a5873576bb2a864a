import { type ServerResponse } from 'node:http';

/** Makes every later call of a handler on a finished response a no-op. */
export function mute(response: ServerResponse): void {
  const itself = (): ServerResponse => response;
  Object.assign(response, {
    setHeader: itself,
    appendHeader: itself,
    setHeaders: itself,
    removeHeader: () => undefined,
    flushHeaders: () => undefined,
    writeHead: itself,
    write: () => true,
    end: itself,
  });
}
