import { type EventEmitter } from 'node:events';
import { type INestApplication, type INestApplicationContext } from '@nestjs/common';

const OBSERVED = ['listening', 'connection', 'request', 'close', 'error', 'clientError', 'session', 'stream'] as const;

/**
 * Counts what an application's HTTP server emits, to those who listen and to those who do not: listeners of `clientError`
 * or `checkContinue` would change what the server does, so `emit` is watched. Returns the counts, which go on.
 */
export function observeServer(app: INestApplicationContext): Record<string, number> {
  const counts: Record<string, number> = {};
  if (!('getHttpServer' in app)) return counts;
  const server = (app as INestApplication).getHttpServer() as EventEmitter;
  const emit = server.emit.bind(server);
  server.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    if (OBSERVED.some((name) => name === event)) counts[String(event)] = (counts[String(event)] ?? 0) + 1;
    return emit(event, ...args);
  };
  return counts;
}
