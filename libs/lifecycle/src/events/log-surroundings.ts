/** Facts about logging that a logger itself does not show. */
export interface LogSurroundings {
  readonly isProduction: boolean;
  /** The transports of pino, where they are known. */
  pinoTransports(): readonly object[] | undefined;
}
