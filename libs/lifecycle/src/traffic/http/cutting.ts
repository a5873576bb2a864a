import { type Connections } from './connections.js';
import { type LateRequests } from './late-requests.js';
import { type TrackedRequest } from './tracked-request.js';

interface CuttingParts {
  readonly late: LateRequests;
  /** A response, which others may have wrapped, threw at what was done to it. */
  readonly onError: (error: unknown) => void;
}

/** Ends requests that ran out of time: those that are waited for get a 503 where nothing has been sent yet, and are cut otherwise. */
export function interruptRequests(connections: Connections, parts: CuttingParts): void {
  for (const { requests } of connections.all()) {
    for (const request of requests) {
      if (request.kind === 'awaited') interruptRequest(request, { ...parts, isLast: request === requests.at(-1) });
    }
  }
}

function interruptRequest(
  { connection, response }: TrackedRequest,
  { late, onError, isLast }: CuttingParts & { readonly isLast: boolean },
): void {
  try {
    if (response.headersSent) connection.cut(response);
    else late.cutShort(response, { isLast });
  } catch (error) {
    onError(error);
    connection.destroy();
  }
}
