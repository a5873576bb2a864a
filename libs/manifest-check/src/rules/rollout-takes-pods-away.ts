import { addEntry, replaceValue, type TextEdit } from '../edits/text-edit.js';
import { type PartialReport, workloadRule } from '../rule-kinds/rule.js';
import { type Exclusive, exclusiveOf } from '../manifest/exclusive.js';
import { type RollingUpdate, rollingUpdateOf } from '../manifest/rolling-update.js';
import { type Workload } from '../manifest/workload.js';

const FEW = 4;

/** Of few pods none can be missed. */
export const rolloutTakesPodsAway = workloadRule({
  id: 'rollout-takes-pods-away',
  severity: 'warning',
  summary: 'With four pods or fewer, a rollout takes one away before the new one is ready',
  *check(workload, { cluster }) {
    const update = rollingUpdateOf(workload);
    const { replicas = 0, services } = workload;
    if (update === undefined || services.length === 0 || replicas > FEW || update.unavailable === 0) return;
    const exclusive = exclusiveOf(workload, cluster);
    // With fewer pods left than one, or a volume that two pods cannot have, another rule has more to say.
    if (replicas - update.unavailable < 1 || exclusive?.kind === 'volume') return;
    const room = exclusive === undefined ? withRoom(workload, update) : withoutRoom(exclusive, replicas);
    yield { at: update.field.at('maxUnavailable'), message: messageOf(update, replicas), ...room };
  },
});

function messageOf({ field, unavailable, unavailableText }: RollingUpdate, replicas: number): string {
  const written = field.at('maxUnavailable').exists ? unavailableText : `${unavailableText} (the default)`;
  return `maxUnavailable ${written} takes ${unavailable} of ${replicas} pods away during a rollout`;
}

type Room = Pick<PartialReport, 'severity' | 'why' | 'remedy' | 'fix'>;

function withRoom(workload: Workload, { unavailable, surge }: RollingUpdate): Room {
  const percent = Math.round((unavailable / (workload.replicas ?? 1)) * 100);
  return {
    why: `The others have to carry ${percent} % more of the load than they are sized for, just while caches are cold: requests time out.`,
    remedy: REMEDY,
    ...(surge > 0 && { fix: { isSafe: true, edits: keepAll(workload) } }),
  };
}

const REMEDY = 'maxSurge: 1\nmaxUnavailable: 0';

/** Where no pod can be added first, one has to go. */
function withoutRoom(
  { name, remedy }: Exclusive,
  replicas: number,
): Pick<PartialReport, 'severity' | 'why' | 'remedy'> {
  return {
    severity: 'note',
    why: `Each pod has ${name}, so a new one may have to wait for an old one to go, and the others carry its load just while caches are cold.`,
    remedy: `${remedy}\n${REMEDY}\n# or with it, and pods to spare:\nreplicas: ${Math.max(replicas + 1, FEW + 1)}`,
  };
}

function keepAll({ spec }: Workload): readonly TextEdit[] {
  const rollingUpdate = spec.at('strategy', 'rollingUpdate');
  const written = rollingUpdate.at('maxUnavailable');
  if (written.exists) return replaceValue(written, 0);
  if (rollingUpdate.exists) return addEntry(rollingUpdate, 'maxUnavailable', 0);
  if (spec.at('strategy').exists) return addEntry(spec.at('strategy'), 'rollingUpdate', { maxUnavailable: 0 });
  return addEntry(spec, 'strategy', { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } });
}
