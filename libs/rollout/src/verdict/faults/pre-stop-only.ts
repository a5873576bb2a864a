import { type FaultRule, longest, podsOf } from '../fault-rule.js';
import { type Inquiry } from '../inquiry.js';
import { lameDuckSeconds } from '../lame-duck.js';
import { type Loss } from '../loss.js';
import { isCut, isOnOldConnection } from '../loss-kinds.js';
import { oncePer } from '../once-per.js';
import { closedAt, type PodFacts } from '../pod-facts.js';
import { time, were } from '../wording.js';

/** After this the service has a delay of its own, and the preStop hook is not its only one. */
const OWN_DELAY_MS = 1000;

/**
 * The only delay is a preStop hook. New connections stop in time, but the service does not know that it is going away, never says
 * `Connection: close`, and ends with connections that clients still use.
 */
export const preStopOnly: FaultRule = {
  code: 'pre-stop-only',
  explains: (loss, inquiry) => isOfPreStop(loss) || (isCutWithThem(loss) && cutsKeptAlive(inquiry)),
  describe: (losses, inquiry) => {
    if (losses.length === 0) return undefined;
    const only = podsOf(losses);
    const waited = longest(only.map((pod) => preStopMs(pod)));
    const last = longest(losses.map(({ sinceSignalMs }) => sinceSignalMs));
    const sent = losses.filter((loss) => isOnOldConnection(loss));
    const held = losses.length - sent.length;
    const seconds = lameDuckSeconds(inquiry);
    return {
      severity: 'error',
      title: 'The delay comes only from preStop, so kept-alive connections are cut',
      evidence:
        `preStop waited ${time(waited)}, then the service ended connections within ${time(last)} of SIGTERM: ` +
        `${were(sent.length, 'request')} sent on connections opened before, which no answer had ended` +
        `${held === 0 ? '' : `, and ${were(held, 'request')} in its hands`}.`,
      remedy: [
        `Move the delay into the service: from SIGTERM on keep serving for ${seconds} s, with \`Connection: close\` on every answer${held === 0 ? '' : ', and wait for the last one before the process exits'}.`,
        '# with nestjs-lifecycle, instead of preStop',
        `SHUTDOWN_LAME_DUCK=${seconds}s`,
      ].join('\n'),
      pods: only,
    };
  },
};

function isOfPreStop(loss: Loss): boolean {
  return loss.pod !== undefined && hasOnlyPreStop(loss.pod) && isOnOldConnection(loss) && isSoonAfterSignal(loss);
}

/** What a service had in its hands when it ended those connections. */
function isCutWithThem(loss: Loss): boolean {
  return loss.pod !== undefined && hasOnlyPreStop(loss.pod) && isCut(loss) && isSoonAfterSignal(loss);
}

const cutsKeptAlive = oncePer(({ losses }: Inquiry) => losses.some((loss) => isOfPreStop(loss)));

/** What is cut later, at SIGKILL, was on a connection that had been kept. */
function isSoonAfterSignal({ sinceSignalMs }: Loss): boolean {
  return sinceSignalMs !== undefined && sinceSignalMs < OWN_DELAY_MS;
}

function hasOnlyPreStop(pod: PodFacts): boolean {
  if (pod.signal === undefined || pod.preStop?.result !== 'done' || preStopMs(pod) < OWN_DELAY_MS / 2) return false;
  return closedAt(pod) - pod.signal.at < OWN_DELAY_MS;
}

function preStopMs({ preStop }: PodFacts): number {
  return preStop?.endedAt === undefined ? 0 : preStop.endedAt - preStop.startedAt;
}
