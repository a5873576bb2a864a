import { replaceValue } from '../edits/text-edit.js';
import { type Report, type Rule } from '../rule-kinds/rule.js';
import { jobsIn } from '../manifest/job-pods.js';
import { DEFAULT_GRACE_SECONDS } from '../manifest/workload.js';
import { type Field } from '../source/field.js';

/** Without a grace period nothing is drained, and preStop does not even run. */
export const gracePeriodZero: Rule = {
  id: 'grace-period-zero',
  severity: 'error',
  summary: 'terminationGracePeriodSeconds is 0, so pods are killed at once',
  *check({ cluster }) {
    for (const about of cluster.workloads) {
      const seconds = Math.ceil(about.settings.gracePeriodMs / 1000);
      yield* reportsOn(about.pod, { about, seconds, lost: 'every request in flight is cut' });
    }
    for (const { job: about, pod } of jobsIn(cluster)) {
      yield* reportsOn(pod, { about, seconds: DEFAULT_GRACE_SECONDS, lost: 'what it has half done stays half done' });
    }
  },
};

interface Killed extends Pick<Report, 'about'> {
  readonly seconds: number;
  /** What comes of it. */
  readonly lost: string;
}

function* reportsOn(pod: Field, { about, seconds, lost }: Killed): Iterable<Report> {
  const at = pod.at('terminationGracePeriodSeconds');
  if (at.number !== 0) return;
  yield {
    at,
    about,
    message: 'the pod is given 0 s to stop',
    why: `The kubelet kills it at once: preStop does not run, the service hears no signal, and ${lost}.`,
    remedy: `terminationGracePeriodSeconds: ${seconds}`,
    fix: { isSafe: true, edits: replaceValue(at, seconds) },
  };
}
