import { defineKind } from '../define-kind.js';
import { hasGetters, hasMethods } from '../shape.js';

/** A pool of Piscina 4 and 5. */
interface Piscina {
  /** Waits for its tasks. */
  close(): Promise<void>;
  destroy(): Promise<void>;
}

/** It does not show whether it is closed. */
export const piscina = defineKind<Piscina>({
  title: 'Piscina pool',
  type: 'worker',
  timeoutMs: 5000,
  is: (value): value is Piscina =>
    hasGetters(value, ['threads', 'queueSize', 'completed', 'utilization']) &&
    hasMethods(value, ['run', 'close', 'destroy']),
  closers: ['close', 'destroy'],
  close: (pool) => pool.close(),
  unfinished: () => 'tasks of a Piscina pool',
  force: (pool) => pool.destroy(),
});
