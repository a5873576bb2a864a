/** The status codes of gRPC by their numbers, and the status of HTTP that each stands for (google/rpc/code.proto). */
const STATUSES = [
  ['OK', 200],
  ['CANCELLED', 499],
  ['UNKNOWN', 500],
  ['INVALID_ARGUMENT', 400],
  ['DEADLINE_EXCEEDED', 504],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 409],
  ['PERMISSION_DENIED', 403],
  ['RESOURCE_EXHAUSTED', 429],
  ['FAILED_PRECONDITION', 400],
  ['ABORTED', 409],
  ['OUT_OF_RANGE', 400],
  ['UNIMPLEMENTED', 501],
  ['INTERNAL', 500],
  ['UNAVAILABLE', 503],
  ['DATA_LOSS', 500],
  ['UNAUTHENTICATED', 401],
] as const;

/** All names, in the order of their numbers. */
export const GRPC_STATUS_NAMES: readonly string[] = STATUSES.map(([name]) => name);

/** `UNAVAILABLE` of 14; the number itself where it has no name. */
export function grpcStatusName(code: number): string {
  return STATUSES[code]?.[0] ?? String(code);
}

/** The number of `UNAVAILABLE`, in any case of its letters, or of 14; `undefined` of what is none. */
export function grpcStatusNumber(written: string | number): number | undefined {
  const code = typeof written === 'number' ? written : GRPC_STATUS_NAMES.indexOf(written.toUpperCase());
  return STATUSES[code] === undefined ? undefined : code;
}

/** The status of HTTP that says the same. */
export function httpStatusOf(code: number): number {
  return STATUSES[code]?.[1] ?? 500;
}

const CANCELLED = 1;

/** Whether this status counts as answered where the load does not say what it expects. A status that stands for 5xx is a failure, and so is `CANCELLED`. */
export function isUsualAnswer(code: number): boolean {
  return code !== CANCELLED && httpStatusOf(code) < 500;
}

/** `grpc-message` is percent-encoded UTF-8; what is not, is shown as it came. */
export function grpcMessageOf(header: unknown): string {
  if (typeof header !== 'string') return '';
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}
