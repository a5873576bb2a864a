/** A condition for readiness, written as an injectable and marked with `@ReadinessGate()`. */
export interface ReadinessCheck {
  /**
   * Up unless it throws, rejects or answers `false`. `signal` is aborted when the time for the check is up.
   */
  check(context: { readonly signal: AbortSignal }): unknown;
}
