import { type Connections } from './connections.js';
import { type LateRequests } from './late-requests.js';
import { type TrackedRequest } from './tracked-request.js';

interface CuttingParts {
  readonly late: LateRequests;
  /** A response, which other code may have wrapped, threw when it was called. */
  readonly onError: (error: unknown) => void;
}

/**
 * Ends requests that ran out of time. An awaited request gets a 503 where nothing of its answer has been sent yet, and
 * is cut otherwise.
 */
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
