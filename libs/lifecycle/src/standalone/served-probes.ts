import { type IncomingMessage } from 'node:http';
import { type Server } from 'node:net';
import { guardToStderr } from '../errors/foreign-call.js';
import { probeAt, sendAnswer } from '../health/probe-answer.js';
import { type Probes } from '../health/probes.js';
import { type HttpTraffic } from '../traffic/http/http-traffic.js';
import { gateRequests } from '../traffic/wire/request-gate.js';

/**
 * Answers the probes on a server of the application, before its framework sees them. Other requests are passed on. Returns its
 * undo.
 */
export function serveProbes(server: Server, probes: Probes, traffic: HttpTraffic): () => void {
  return gateRequests(server, (request, response) => {
    if (!isReading(request)) return false;
    const probe = probeAt(request, probes);
    if (probe === undefined) return false;
    if (traffic.follows(server)) traffic.adopt(response);
    void guardToStderr('a probe', undefined, async () => sendAnswer(request, response, await probe()));
    return true;
  });
}

function isReading({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.upgrade === undefined;
}
