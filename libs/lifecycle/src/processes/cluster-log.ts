import { callForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { type ClusterSettings } from './cluster-options.js';

/** The lines of the primary. */
export class ClusterLog {
  constructor(private readonly sink: ClusterSettings['log']) {}

  write(level: 'log' | 'warn' | 'error', text: string): void {
    const line = `[GracefulShutdown] cluster: ${text}`;
    const onError = (_name: string, error: unknown): void => {
      process.stderr.write(`${line}\n[GracefulShutdown] log of the cluster failed: ${describeError(error)}\n`);
    };
    callForeign({ name: 'log', fallback: undefined, onError }, () => this.sink(line, level));
  }
}
