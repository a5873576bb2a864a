import { type ServerResponse } from 'node:http';
import { type LateCounts } from './late-connections.js';
import { type Serving } from './request-gate.js';

/** What others want to hear of the traffic. */
export interface TrafficListeners {
  /** Responses, which others may have wrapped, threw at what was done to them. */
  error: (error: unknown) => void;
  /** Connections that brought late requests were closed at their limit. */
  lateLimit: (counts: LateCounts) => void;
  /** Around all that serves a request, while the service leaves. */
  serving: Serving;
  /** The head of an answer was written, while the service leaves. */
  headWritten: (response: ServerResponse) => void;
  /** A server was closed by other code while the service was about to leave. */
  closedElsewhere: (where: string) => void;
  /** Whether an answer may take long. */
  isLongLived: (response: ServerResponse) => boolean;
  /** The sockets below WebSockets that are followed by themselves. */
  followedSockets: () => { has(socket: object): boolean };
}

/** Where nobody wants to hear anything. */
export function nobodyListens(): TrafficListeners {
  return {
    error: () => undefined,
    lateLimit: () => undefined,
    serving: (_response, serve) => serve(),
    headWritten: () => undefined,
    closedElsewhere: () => undefined,
    isLongLived: () => false,
    followedSockets: () => new Set(),
  };
}
