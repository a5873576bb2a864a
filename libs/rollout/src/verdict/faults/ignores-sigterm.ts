import { type FaultRule, isAfterSignal, ofStop } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { count, time } from '../wording.js';

/** Nothing happened at SIGTERM, until SIGKILL: as pid 1, a process without a handler of its own ignores the signal. */
export const ignoresSigterm: FaultRule = {
  code: 'ignores-sigterm',
  explains: (loss, inquiry) => loss.pod !== undefined && inquiry.stopOf(loss.pod) === 'ignored' && isAfterSignal(loss),
  explainsMessage: ofStop('ignored'),
  describe: (losses, inquiry) => {
    const pods = inquiry.stopped('ignored');
    const [first] = pods;
    if (first === undefined) return undefined;
    return {
      severity: 'error',
      title: 'The service ignores SIGTERM',
      evidence:
        `${count(pods.length, 'pod')} went on as before for ${time(first.signal?.remainingMs ?? 0)} after SIGTERM and had to be killed${inquiry.records.length === 0 ? '. ' : '; '}` +
        `${inquiry.records.length === 0 ? '' : `${count(losses.length, 'request')} lost. `}It runs as pid 1, where the kernel drops signals that have no handler; ` +
        'a handler installed with `once` that does nothing more looks the same.',
      remedy: handlerFor(inquiry),
      pods,
    };
  },
};

/** What a service needs at least: one that serves requests, or one that consumes messages alone. */
export function handlerFor({ records, scenario }: Inquiry): string {
  return records.length === 0 && scenario.messages !== undefined ? WORKER_HANDLER : HANDLER;
}

const WORKER_HANDLER = [
  "process.once('SIGTERM', async () => {",
  '  // take nothing more (channel.cancel(), worker.close(), consumer.disconnect(), subscription.drain()), and wait for the handlers that run; then:',
  '  process.exit(0);',
  '});',
  '// with Nest: GracefulShutdownModule.forRoot() and app.enableShutdownHooks()',
].join('\n');

/** What every Node service needs at least. */
const HANDLER = [
  "process.once('SIGTERM', () => {",
  '  // keep serving, with `Connection: close`, until no request is routed here any more; then:',
  '  server.close(() => process.exit(0));',
  '});',
  '// with Nest: GracefulShutdownModule.forRoot() and app.enableShutdownHooks()',
].join('\n');
