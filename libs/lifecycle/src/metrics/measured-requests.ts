import { type Clock } from '../deadline/clock.js';
import { type TrackedRequest } from '../traffic/http/tracked-request.js';
import { routeOf } from '../traffic/http/route.js';
import { METHODS } from './instruments.js';
import { type Measurements } from './measurements.js';

interface RequestParts {
  readonly clock: Clock;
  readonly isLongLived: (request: TrackedRequest) => boolean;
}

const KNOWN: ReadonlySet<string> = new Set(METHODS);

/** Measures a request at the end of its answer: by its route's pattern, never by its path. */
export function measuringRequests({ clock, isLongLived }: RequestParts, into: Measurements) {
  const requests = into.of('requests');
  const durations = into.of('requestDuration');
  return (request: TrackedRequest): void => {
    const { response, startedAt } = request;
    const { method = 'GET' } = response.req;
    const labels = [KNOWN.has(method) ? method : '_OTHER', routeOf(response), statusClassOf(response)] as const;
    requests.add(1, ...labels);
    if (isLongLived(request)) return;
    into.observe('requestDuration', (clock.now() - startedAt) / 1000, durations.at(...labels));
  };
}

function statusClassOf({ headersSent, statusCode }: TrackedRequest['response']): string {
  return headersSent ? `${Math.trunc(statusCode / 100)}xx` : 'none';
}
