import { addEntry, replaceValue, type TextEdit } from '../edits/text-edit.js';
import { workloadRule } from '../findings/rule.js';
import { rollingUpdateOf } from '../manifest/rolling-update.js';
import { type Workload } from '../manifest/workload.js';

const FEW = 4;

/** Of few pods none can be missed (G17). */
export const rolloutTakesPodsAway = workloadRule({
  id: 'rollout-takes-pods-away',
  severity: 'warning',
  summary: 'With four pods or fewer, maxUnavailable is 0',
  *check(workload) {
    const update = rollingUpdateOf(workload);
    const { replicas = 0, services } = workload;
    // With fewer pods left than one, another rule has more to say.
    if (update === undefined || services.length === 0 || replicas > FEW || replicas - update.unavailable < 1) return;
    const { unavailable, unavailableText, field, surge } = update;
    if (unavailable === 0) return;
    const percent = Math.round((unavailable / replicas) * 100);
    yield {
      at: field.at('maxUnavailable'),
      message: `maxUnavailable ${unavailableText}${field.at('maxUnavailable').exists ? '' : ' (the default)'} takes ${unavailable} of ${replicas} pods away during a rollout`,
      why: `The others have to carry ${percent} % more of the load than they are sized for, just while caches are cold: requests time out.`,
      remedy: 'maxSurge: 1\nmaxUnavailable: 0',
      ...(surge > 0 && { fix: { isSafe: true, edits: keepAll(workload) } }),
    };
  },
});

function keepAll({ spec }: Workload): readonly TextEdit[] {
  const rollingUpdate = spec.at('strategy', 'rollingUpdate');
  const written = rollingUpdate.at('maxUnavailable');
  if (written.exists) return replaceValue(written, 0);
  if (rollingUpdate.exists) return addEntry(rollingUpdate, 'maxUnavailable', 0);
  if (spec.at('strategy').exists) return addEntry(spec.at('strategy'), 'rollingUpdate', { maxUnavailable: 0 });
  return addEntry(spec, 'strategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } });
}
