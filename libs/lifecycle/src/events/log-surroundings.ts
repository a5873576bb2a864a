/** What is known of loggers apart from themselves. */
export interface LogSurroundings {
  readonly isProduction: boolean;
  /** What pino was told to hand its lines to, where that is known. */
  pinoTransports(): readonly object[] | undefined;
}
