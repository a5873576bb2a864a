import { count, enough, span, time } from '../../verdict/wording.js';
import { type PodFacts } from '../../verdict/pod-facts.js';
import { END_NOT_SEEN } from '../seen/pod-reader.js';
import { podsOf, toldOf } from './cluster-inquiry.js';
import { type ClusterRule, explainsNothing } from './cluster-rule.js';

/** 128 and the number of SIGTERM. */
const ENDED_BY_SIGTERM = 143;
/** A stop that takes more than this share of its grace period has little left. */
const MOST_OF_IT = 0.8;

/** A container used more memory than its limit. */
export const outOfMemory: ClusterRule = {
  code: 'out-of-memory',
  explains: ({ crashed, stopping }) => [...crashed, ...stopping].some((pod) => isOutOfMemory(pod)),
  describe: (_losses, { pods }) => {
    const killed = pods.filter((pod) => isOutOfMemory(pod));
    if (killed.length === 0) return undefined;
    return {
      severity: 'error',
      title: 'A container is killed because it uses more memory than its limit',
      evidence: `${namesOf(killed)}: OOMKilled.`,
      remedy:
        'Raise resources.limits.memory, or find what grows: a heap snapshot, NODE_OPTIONS=--max-old-space-size below the limit.',
      pods: killed,
    };
  },
};

/** A container ended without being told to. */
export const crashed: ClusterRule = {
  code: 'crashed',
  explains: ({ crashed: ended }) => ended.length > 0,
  describe: (losses, { pods }) => {
    const ended = pods.filter((pod) => pod.crashes.length > 0 && !isOutOfMemory(pod));
    if (ended.length === 0) return undefined;
    const codes = [...new Set(ended.flatMap(({ crashes }) => crashes.map(({ code }) => code)))].join(', ');
    const killing = ended.flatMap((pod) => toldOf(pod, /^(Killing|Unhealthy)$/)).find((text) => /iveness/.test(text));
    return {
      severity: 'error',
      title: 'A container ends by itself',
      evidence: `${namesOf(ended)} ended with exit code ${codes} although nothing had asked for it.${killing === undefined ? '' : ` The kubelet says: ${killing}`}`,
      remedy: `See what it said: kubectl logs --previous ${podsOf(losses, (loss) => loss.crashed)[0]?.name ?? ended[0]?.name}`,
      pods: ended,
    };
  },
};

/** SIGKILL came before the service had ended. */
export const killedAtTheEnd: ClusterRule = {
  code: 'grace-period-too-short',
  explains: ({ stopping, at }) =>
    stopping.some(({ exit }) => exit?.isKilledByKubelet === true && Math.abs(exit.at - at) < 2000),
  describe: (_losses, { pods, scenario }) => {
    const killed = pods.filter(({ exit }) => exit?.isKilledByKubelet === true);
    if (killed.length === 0) return undefined;
    return {
      severity: 'error',
      title: 'Pods are killed at the end of their grace period',
      evidence: `${namesOf(killed)}: exit code 137 after ${time(scenario.pod.gracePeriodMs)}, the whole grace period.`,
      remedy:
        'Either SIGTERM does not reach the service (a shell or npm is pid 1: use the exec form of CMD, or an init process), or nothing handles it, or its stop takes longer: raise terminationGracePeriodSeconds.',
      pods: killed,
    };
  },
};

/** An exit code that says the stop went wrong. */
export const failedExit: ClusterRule = {
  code: 'failed-exit',
  explains: explainsNothing,
  describe: (_losses, { pods }) => {
    const failed = pods.filter(({ exit, deletedAt, crashes }) => {
      const code = exit?.code ?? 0;
      const isStop = exit !== undefined && deletedAt !== undefined && exit.at >= deletedAt && !crashes.includes(exit);
      return isStop && !exit.isKilledByKubelet && code !== 0 && code !== ENDED_BY_SIGTERM;
    });
    if (failed.length === 0) return undefined;
    return {
      severity: 'error',
      title: 'The service ends its stop with an exit code that says it failed',
      evidence: failed.map(({ name, exit }) => `${name}: exit code ${exit?.code}`).join(', '),
      remedy: `Repair what it says has failed: see its log in the report, or kubectl logs deployment/… --previous. If nothing has, end with 0.`,
      pods: failed,
    };
  },
};

/** Nothing that was not seen is called clean. */
export const endNotSeen: ClusterRule = {
  code: 'end-not-seen',
  explains: explainsNothing,
  describe: (_losses, { pods }) => {
    const unseen = pods.filter((pod) => toldOf(pod, new RegExp(`^${END_NOT_SEEN}$`)).length > 0);
    if (unseen.length === 0) return undefined;
    return {
      severity: 'error',
      title: 'How pods ended was not seen',
      evidence: unseen.map((pod) => `${pod.name}: ${toldOf(pod, new RegExp(`^${END_NOT_SEEN}$`))[0]}`).join('; '),
      remedy:
        'Play it again: an exit code can be read for less than a second. Where it happens always, the connection to the API server is bad.',
      pods: unseen,
    };
  },
};

/** A stop that ends in time, with little left. */
export const slowExit: ClusterRule = {
  code: 'slow-exit',
  explains: explainsNothing,
  describe: (_losses, { pods, scenario }) => {
    const budget = scenario.pod.gracePeriodMs;
    const slow = pods.flatMap((pod) => {
      const took = tookOf(pod);
      return took !== undefined && took > budget * MOST_OF_IT && pod.exit?.isKilledByKubelet !== true
        ? [{ pod, took }]
        : [];
    });
    if (slow.length === 0) return undefined;
    return {
      severity: 'warning',
      title: 'Stops take most of their grace period',
      evidence: `${count(slow.length, 'pod')} ended ${span(slow.map(({ took }) => took))} after the deletion, of ${time(budget)}.`,
      remedy: `terminationGracePeriodSeconds: ${enough(Math.max(...slow.map(({ took }) => took)) / MOST_OF_IT)}`,
      pods: slow.map(({ pod }) => pod),
    };
  },
};

/** From the deletion to the end. */
export function tookOf({ deletedAt, exit }: PodFacts): number | undefined {
  return deletedAt === undefined || exit === undefined || exit.at < deletedAt ? undefined : exit.at - deletedAt;
}

function isOutOfMemory(pod: PodFacts): boolean {
  return toldOf(pod, /^OOMKilled$/).length > 0;
}

/** The first of them by name. */
export function namesOf(pods: readonly PodFacts[]): string {
  const names = pods.slice(0, 3).map(({ name }) => name);
  return pods.length > names.length ? `${names.join(', ')} and ${pods.length - names.length} more` : names.join(', ');
}
