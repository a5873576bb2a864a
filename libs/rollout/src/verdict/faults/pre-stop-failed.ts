import { type FaultRule, isAfterSignal } from '../fault-rule.js';
import { mostFrequent, time, were } from '../wording.js';

/** The preStop hook failed, so SIGTERM came without the delay it was meant to give. */
export const preStopFailed: FaultRule = {
  code: 'pre-stop-failed',
  explains: (loss) => loss.pod?.preStop?.result === 'failed' && loss.manner !== 'server-error' && isAfterSignal(loss),
  describe: (losses, { pods, scenario }) => {
    const failed = pods.filter(({ preStop }) => preStop?.result === 'failed');
    if (failed.length === 0) return undefined;
    const took = failed.map(({ preStop }) => (preStop?.endedAt ?? 0) - (preStop?.startedAt ?? 0));
    const said = mostFrequent(failed.map(({ preStop }) => preStop?.detail));
    const hook = scenario.pod.preStop;
    const command = hook?.kind === 'exec' ? ` (${hook.command.join(' ')})` : '';
    return {
      severity: 'error',
      title: 'The preStop hook failed',
      evidence:
        `The hook${command} failed after ${time(Math.max(...took))} on ${failed.map(({ name }) => name).join(', ')}` +
        `${said === undefined ? '' : `: ${said}`}. SIGTERM followed at once, and ${were(losses.length, 'request')} lost after it.`,
      remedy: ['lifecycle:', '  preStop:', '    sleep:', '      seconds: 5   # needs no program in the image'].join(
        '\n',
      ),
      pods: failed,
    };
  },
};
