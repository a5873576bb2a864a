import { type FaultRule } from '../fault-rule.js';
import { closedAt, type PodFacts } from '../pod-facts.js';
import { count, time } from '../wording.js';
import { isOnOldConnection } from './no-connection-close.js';

/** After this the service has a delay of its own, and the preStop hook is not its only one. */
const OWN_DELAY_MS = 1000;

/**
 * The only delay is a preStop hook. New connections stop in time, but the service does not know that it is going away, never says
 * `Connection: close`, and ends with connections that clients still use.
 */
export const preStopOnly: FaultRule = {
  code: 'pre-stop-only',
  explains: (loss) => loss.pod !== undefined && hasOnlyPreStop(loss.pod) && isOnOldConnection(loss),
  describe: (losses, { pods }) => {
    if (losses.length === 0) return undefined;
    const only = pods.filter((pod) => hasOnlyPreStop(pod));
    const waited = Math.max(...only.map((pod) => preStopMs(pod)));
    return {
      severity: 'error',
      title: 'The delay comes only from preStop, so kept-alive connections are cut',
      evidence:
        `preStop waited ${time(waited)}, then the service ended its connections within a moment of SIGTERM: ` +
        `${count(losses.length, 'request')} were sent on connections opened before, which no answer had ended.`,
      remedy: [
        `Move the delay into the service: from SIGTERM on keep serving for ${time(waited)}, with \`Connection: close\` on every answer.`,
        '# with nestjs-lifecycle, instead of preStop',
        `SHUTDOWN_LAME_DUCK=${Math.ceil(waited / 1000)}s`,
      ].join('\n'),
      pods: only,
    };
  },
};

function hasOnlyPreStop(pod: PodFacts): boolean {
  if (pod.signal === undefined || pod.preStop?.result !== 'done' || preStopMs(pod) < OWN_DELAY_MS / 2) return false;
  return closedAt(pod) - pod.signal.at < OWN_DELAY_MS;
}

function preStopMs({ preStop }: PodFacts): number {
  return preStop?.endedAt === undefined ? 0 : preStop.endedAt - preStop.startedAt;
}
