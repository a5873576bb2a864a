/** A stream on which lines could not be written. */
export interface LostOutput {
  readonly stream: 'stdout' | 'stderr';
  /** The error code of the system, such as `ENOSPC`. */
  readonly code: string;
}
