/** What a place in a group is asked for with. */
export interface PlaceRequest {
  /** The name of the group, the same in every instance. */
  readonly group: string;
  /** How many may have a place at the same time. */
  readonly limit: number;
  /** Aborted when this instance does not wait any longer. */
  readonly signal: AbortSignal;
}

/** Gives a place back. It may return a promise. */
export type FreePlace = () => unknown;

/**
 * Where the instances of a group agree on who stops: `redisLimit(client)`, `postgresLimit(pool)`, or one of your own.
 */
export interface ShutdownLimit {
  /**
   * Resolves when this instance has one of the places, and until then tries by itself. A process that is killed must lose its
   * place. A promise that resolves when `signal` was aborted meanwhile has its place given back at once.
   */
  join(request: PlaceRequest): Promise<FreePlace>;
}
