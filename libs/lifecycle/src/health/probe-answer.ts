import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type HealthAnswer } from './health-result.js';
import { type Probes } from './probes.js';

/** The answer to a request for a probe. */
export interface ProbeAnswer {
  readonly statusCode: number;
  readonly body: object;
}

/** The probe that a request asks for, by its path. */
export function probeAt({ url = '' }: IncomingMessage, probes: Probes): (() => Promise<HealthAnswer>) | undefined {
  const [path = ''] = url.split('?');
  const byPath = probes.byPath();
  return Object.hasOwn(byPath, path) ? byPath[path] : undefined;
}

/** Sends an answer as JSON that no cache keeps. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { statusCode, body }: ProbeAnswer,
): void {
  response.writeHead(statusCode, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify(body));
}
