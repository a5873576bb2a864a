import { crashInStop } from '../crash-in-stop.js';
import { explainsNothing, type FaultRule, isAfterSignal } from '../fault-rule.js';
import { isAllGrpc } from '../../load/load-plan.js';
import { type Inquiry } from '../inquiry.js';
import { lameDuckSeconds } from '../lame-duck.js';
import { closedAt, type PodFacts } from '../pod-facts.js';
import { count, time } from '../wording.js';

/**
 * Nothing was lost, because this run drew no long lag: the service stopped to take connections earlier after its SIGTERM than the model
 * says that nodes may still send them.
 */
export const marginTooSmall: FaultRule = {
  code: 'margin-too-small',
  explains: explainsNothing,
  describe: (_losses, inquiry) => {
    const short = inquiry.pods.filter((pod) => isShort(pod, inquiry));
    const [first] = short.toSorted((a, b) => servedMs(a) - servedMs(b));
    if (first === undefined) return undefined;
    const seconds = lameDuckSeconds(inquiry);
    const { p99, max } = inquiry.scenario.network.endpointLag;
    return {
      severity: inquiry.scenario.margin === 'fail' ? 'error' : 'warning',
      title: 'It went well by luck: the service stops to serve earlier than requests stop to come',
      evidence:
        `${count(short.length, 'pod')} took connections for ${short.length > 1 ? 'as little as ' : ''}${time(servedMs(first))} after SIGTERM; ` +
        `the model of the endpoints asks for ${time(askedMs(first, inquiry))} (p99 ${time(p99)}, at most ${time(max)} after the deletion). ` +
        'Another run draws longer lags than this one did; `--worst-case` plays the longest.',
      remedy: [
        isAllGrpc(inquiry.scenario.load)
          ? `Go on accepting and serving calls for at least ${seconds} s after SIGTERM, and call server.tryShutdown() only then.`
          : `Go on accepting and serving for at least ${seconds} s after SIGTERM, with \`Connection: close\` on every answer.`,
        '# with nestjs-lifecycle',
        `SHUTDOWN_LAME_DUCK=${seconds}s`,
      ].join('\n'),
      pods: short,
    };
  },
};

/** A pod that lost something after its signal, or that never served, is a matter of other rules. */
function isShort(pod: PodFacts, inquiry: Inquiry): boolean {
  const { signal, deletedAt, exit } = pod;
  if (signal === undefined || deletedAt === undefined || signal.at < deletedAt || exit === undefined) return false;
  if (pod.chaos.length > 0 || crashInStop(pod) !== undefined) return false;
  if (inquiry.firstAnswerOf(pod) === undefined || !stoppedByItself(pod, inquiry)) return false;
  if (inquiry.losses.some((loss) => loss.pod === pod && isAfterSignal(loss))) return false;
  return servedMs(pod) < askedMs(pod, inquiry);
}

function stoppedByItself(pod: PodFacts, inquiry: Inquiry): boolean {
  return ['clean', 'cut-in-flight', 'died-at-once'].includes(inquiry.stopOf(pod));
}

function servedMs(pod: PodFacts): number {
  return closedAt(pod) - (pod.signal?.at ?? 0);
}

/** What is left of the lag when the signal comes: a preStop hook has taken its part. */
function askedMs({ signal, deletedAt }: PodFacts, { scenario }: Inquiry): number {
  return scenario.network.endpointLag.p99 - ((signal?.at ?? 0) - (deletedAt ?? 0));
}
