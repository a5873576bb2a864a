import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { count, time } from '../wording.js';

/** Nothing happened at SIGTERM, until SIGKILL: as pid 1, a process without a handler of its own ignores the signal. */
export const ignoresSigterm: FaultRule = {
  code: 'ignores-sigterm',
  explains: (loss, inquiry) => loss.pod !== undefined && inquiry.stopOf(loss.pod) === 'ignored' && isAfterSignal(loss),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('ignored');
    const [first] = pods;
    if (first === undefined) return undefined;
    return {
      severity: 'error',
      title: 'The service ignores SIGTERM',
      evidence:
        `${count(pods.length, 'pod')} went on as before for ${time(first.signal?.remainingMs ?? 0)} after SIGTERM and had to be killed; ` +
        `${count(losses.length, 'request')} lost. It runs as pid 1, where the kernel drops signals that have no handler; ` +
        'a handler installed with `once` that does nothing more looks the same.',
      remedy: HANDLER,
      pods,
    };
  },
};

/** What every Node service needs at least. */
export const HANDLER = [
  "process.once('SIGTERM', () => {",
  '  // keep serving, with `Connection: close`, until no request is routed here any more; then:',
  '  server.close(() => process.exit(0));',
  '});',
  '// with Nest: GracefulShutdownModule.forRoot() and app.enableShutdownHooks()',
].join('\n');
