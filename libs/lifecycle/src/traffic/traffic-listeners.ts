import { type ServerResponse } from 'node:http';

/** What others want to hear of the traffic. */
export interface TrafficListeners {
  /** Responses, which others may have wrapped, threw at what was done to them. */
  error: (error: unknown) => void;
  /** An answer nobody waits for has reached its client, while the service leaves. */
  exemptAnswered: (response: ServerResponse) => void;
  /** The head of an answer was written, while the service leaves. */
  headWritten: (response: ServerResponse) => void;
  /** Whether an answer may take long. */
  isLongLived: (response: ServerResponse) => boolean;
}

/** Where nobody wants to hear anything. */
export function nobodyListens(): TrafficListeners {
  return {
    error: () => undefined,
    exemptAnswered: () => undefined,
    headWritten: () => undefined,
    isLongLived: () => false,
  };
}
