import { replaceValue } from '../edits/text-edit.js';
import { stopTimeRule } from '../rule-kinds/stop-time-rule.js';
import { formatMs } from '../settings/duration.js';
import { isOfGoogle } from '../platforms/of-google.js';

const DEFAULT_SECONDS = 300;

/**
 * A pod of Knative gets the time that a request may take: `terminationGracePeriodSeconds` of its pods is `timeoutSeconds`, see
 * https://github.com/knative/serving/blob/main/pkg/reconciler/revision/resources/deploy.go
 */
export const knativeRequestTimeout = stopTimeRule({
  id: 'knative-request-timeout',
  severity: 'error',
  summary:
    'timeoutSeconds of a Knative Service, which its pods get to stop, is shorter than lame duck, drain, hooks and a margin',
  platform: 'cloud-run',
  stopTimeOf({ root }) {
    const at = root.at('spec', 'template', 'spec', 'timeoutSeconds');
    if (isOfGoogle(root) || (at.exists && at.number === undefined)) return undefined;
    const ms = (at.number ?? DEFAULT_SECONDS) * 1000;
    return {
      at,
      ms,
      words: `Knative gives its pods ${formatMs(ms)}${at.exists ? '' : ' (the default)'}`,
    };
  },
  report({ at }, { seconds }) {
    return {
      remedy: `timeoutSeconds: ${seconds}`,
      ...(at.exists && { fix: { isSafe: true, edits: replaceValue(at, seconds) } }),
    };
  },
});
