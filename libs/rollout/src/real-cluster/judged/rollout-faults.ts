import { type PodFacts } from '../../verdict/pod-facts.js';
import { updateEndOf } from '../../verdict/update-end.js';
import { time } from '../../verdict/wording.js';
import { type ClusterInquiry, toldOf } from './cluster-inquiry.js';
import { type ClusterRule, explainsNothing, type SeenOnCluster } from './cluster-rule.js';
import { namesOf } from './ends-of-pods.js';

/** A reason for which new pods do not come up, by what the cluster tells. */
function stuckRule(code: string, reasons: RegExp, said: Pick<SeenOnCluster, 'title' | 'remedy'>): ClusterRule {
  return {
    code,
    explains: explainsNothing,
    describe: (_losses, inquiry) => {
      const pods = neverReady(inquiry).filter((pod) => toldOf(pod, reasons).length > 0);
      const [first] = pods;
      if (first === undefined || hasGoneThrough(inquiry)) return undefined;
      return { severity: 'error', ...said, evidence: `${namesOf(pods)}: ${toldOf(first, reasons).at(-1)}`, pods };
    },
  };
}

/** The image is not there, or may not be pulled. */
export const imageNotPulled = stuckRule('image-not-pulled', /^(ErrImage|ImagePull|InvalidImage)/, {
  title: 'The image of the new pods cannot be had',
  remedy: 'Correct the image, or the right to pull it (imagePullSecrets): kubectl describe pod says more.',
});

/** There is no node for it. */
export const notScheduled = stuckRule('not-scheduled', /^FailedScheduling$/, {
  title: 'There is no node for a new pod',
  remedy:
    'maxSurge needs room for a pod more: add a node, lower resources.requests, or set maxSurge: 0 and maxUnavailable: 1.',
});

/** New pods crash. */
export const crashesAtStart = stuckRule('crashes-at-start', /^(CrashLoopBackOff|BackOff)$/, {
  title: 'New pods crash while they start',
  remedy: 'See why: kubectl logs --previous of the pod, or its log in the report.',
});

/** New pods run, and their readiness probe fails. */
export const readinessFails = stuckRule('readiness-fails', /^Unhealthy$/, {
  title: 'New pods do not become ready',
  remedy: 'See what the readiness probe asks, and why the service says no.',
});

/** The update did not go through. */
export const progressDeadline: ClusterRule = {
  code: 'progress-deadline',
  explains: explainsNothing,
  describe: (_losses, inquiry) => {
    if (updateEndOf(inquiry.events, inquiry.scenario.act) !== 'progress-deadline-exceeded') return undefined;
    const { progressDeadlineMs } = inquiry.scenario.deployment;
    return {
      severity: 'error',
      title: 'The update did not go through',
      evidence: `The Deployment made no progress for ${time(progressDeadlineMs)} (progressDeadlineSeconds).`,
      remedy: 'Mend what keeps the new pods from becoming ready. The change has been undone.',
      pods: neverReady(inquiry),
    };
  },
};

function neverReady({ pods }: ClusterInquiry): PodFacts[] {
  return pods.filter(({ revision, readyAt }) => revision === 2 && readyAt === undefined);
}

function hasGoneThrough({ events, scenario }: ClusterInquiry): boolean {
  return updateEndOf(events, scenario.act) === 'complete';
}
