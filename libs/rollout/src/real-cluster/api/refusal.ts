import { types } from 'node:util';
import { isRecord } from 'nestjs-lifecycle/options';
import { ClusterError } from './cluster-error.js';

/** What an API server says where it does not do what it was asked for: `kind: Status`, or a text of a proxy in front of it. */
export interface Refusal {
  readonly status: number;
  /** As in `Forbidden`, `Expired`, `Conflict`; `undefined` where it was no answer of Kubernetes. */
  readonly reason: string | undefined;
  readonly message: string;
  /** What exactly is wrong, each with its field, as in a 422 or a disruption budget's 429. */
  readonly causes: readonly string[];
}

/** Longer texts, such as a proxy's page, are cut. */
const LONGEST_MESSAGE = 500;

/** Reads a refusal, be it the body of an answer or the object of an ERROR in a watch. */
export function refusalOf(status: number, body: unknown): Refusal {
  if (!isRecord(body) || body['kind'] !== 'Status') {
    const text = typeof body === 'string' ? body : '';
    const message = text.replaceAll(/\s+/g, ' ').trim().slice(0, LONGEST_MESSAGE);
    return { status, reason: undefined, message: message === '' ? 'without a word' : message, causes: [] };
  }
  const { reason, message, code, details } = body;
  return {
    status: typeof code === 'number' ? code : status,
    reason: typeof reason === 'string' ? reason : undefined,
    message: typeof message === 'string' ? message : 'without a message',
    causes: causesIn(details),
  };
}

function causesIn(details: unknown): string[] {
  const causes = isRecord(details) ? details['causes'] : undefined;
  if (!Array.isArray(causes)) return [];
  return causes.flatMap((cause: unknown) => {
    if (!isRecord(cause) || typeof cause['message'] !== 'string') return [];
    return [typeof cause['field'] === 'string' ? `${cause['field']}: ${cause['message']}` : cause['message']];
  });
}

/** Of whom something was asked, and what. */
export interface Asked {
  /** As in `list pods`. */
  readonly what: string;
  readonly context: string;
  readonly user: string;
}

/** The error that says it to a user. */
export function refusalError(refusal: Refusal, { what, context, user }: Asked): ClusterError {
  const { status, message, causes } = refusal;
  const said = `${message}${causes.length > 0 ? ` (${causes.join('; ')})` : ''}`;
  switch (status) {
    case 401:
      return new ClusterError(
        'unauthorized',
        `the API server does not know the credentials of ${user} (401: ${said}). Log in again, and see whether this works: kubectl --context ${context} get pods`,
        status,
      );
    case 403:
      return new ClusterError('forbidden', `may not ${what}: ${said}`, status);
    case 404:
      return new ClusterError('not-found', `cannot ${what}: ${said}`, status);
    case 409:
      return new ClusterError('conflict', `cannot ${what}: ${said}`, status);
    default:
      return new ClusterError(
        status >= 500 || status === 429 ? 'server-error' : 'refused',
        `cannot ${what}: the API server answered ${status}: ${said}`,
        status,
      );
  }
}

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up at the moment',
  ETIMEDOUT: 'nothing answers',
  EPIPE: 'the connection was closed',
};

/** What was thrown, as an error. */
export function toError(thrown: unknown): Error {
  return types.isNativeError(thrown) ? thrown : new Error(String(thrown));
}

/** The error of a request that had no answer. */
export function connectionError(error: Error, server: URL, { context }: Pick<Asked, 'context'>): ClusterError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const see = `See whether this works: kubectl --context ${context} version`;
  if (/CERT|TLS|SSL|EPROTO|VERIFY/.test(code)) {
    return new ClusterError(
      'tls',
      `the certificate of ${server.origin} is not accepted (${code}: ${error.message}). The kubeconfig names the authority as certificate-authority. ${see}`,
    );
  }
  const why = UNREACHABLE[code] ?? error.message;
  return new ClusterError(
    'unreachable',
    `the API server ${server.origin} cannot be reached: ${why}${code === '' ? '' : ` (${code})`}. ${see}`,
  );
}
