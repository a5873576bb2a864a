import { defineKind } from '../define-kind.js';
import { hasGetters, hasMethods } from '../shape.js';

/** A circuit breaker of opossum 6 to 10, read in 8.5 and 10.0. Its `close()` lets calls through. */
interface CircuitBreaker {
  readonly closed: boolean;
  readonly opened: boolean;
  readonly enabled: boolean;
  readonly isShutdown: boolean;
  open(): void;
  close(): void;
  shutdown(): void;
}

export const opossum = defineKind<CircuitBreaker>({
  title: 'opossum CircuitBreaker',
  type: 'client',
  timeoutMs: 1000,
  is: (value): value is CircuitBreaker =>
    hasGetters(value, ['closed', 'opened', 'halfOpen', 'pendingClose', 'enabled', 'isShutdown']) &&
    hasMethods(value, ['fire', 'fallback', 'open', 'close', 'shutdown']),
  isClosed: (breaker) => breaker.isShutdown,
  close: (breaker) => breaker.shutdown(),
  // One that was opened before, or protects nothing, is left as it is.
  refuse: (breaker) => {
    if (!breaker.closed || !breaker.enabled) return undefined;
    breaker.open();
    return () => {
      if (breaker.opened) breaker.close();
    };
  },
});
