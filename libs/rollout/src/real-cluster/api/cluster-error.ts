/** Why a cluster cannot be used. */
export type ClusterErrorCode =
  | 'client-missing'
  | 'kubeconfig'
  | 'unknown-context'
  | 'credentials'
  | 'unauthorized'
  | 'forbidden'
  | 'tls'
  | 'unreachable'
  | 'timed-out'
  | 'not-found'
  | 'conflict'
  | 'refused'
  | 'server-error'
  | 'foreign-answer';

/** A cluster did not do what it was asked for. The message says what happened, and what to type. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';

  constructor(
    readonly code: ClusterErrorCode,
    message: string,
    /** The status of the API server's answer, where there was one. */
    readonly status?: number,
  ) {
    super(message);
  }
}
