import { type FaultRule } from './fault-rule.js';
import { FAULT_RULES } from './fault-rules.js';
import { gravestFirst } from './gravest-first.js';
import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
import { errorBudgetOf } from './service-level.js';
import { type Fault } from './verdict.js';

/** The faults, the gravest first, and the code of the one that explains each loss. */
export function findFaults(inquiry: Inquiry): {
  readonly faults: readonly Fault[];
  readonly causes: ReadonlyMap<Loss, string>;
} {
  const explained = new Map<FaultRule, Loss[]>();
  const causes = new Map<Loss, string>();
  for (const loss of inquiry.losses) {
    const rule = FAULT_RULES.find((candidate) => candidate.explains(loss, inquiry));
    if (rule === undefined) throw new Error(`no rule explains the lost request ${loss.record.id}`);
    causes.set(loss, rule.code);
    explained.set(rule, [...(explained.get(rule) ?? []), loss]);
  }
  const isInBudget = isWithinBudget(inquiry);
  const faults = FAULT_RULES.flatMap((rule) =>
    toFault(rule, { losses: explained.get(rule) ?? [], inquiry, isInBudget }),
  );
  return { faults: faults.toSorted(gravestFirst), causes };
}

/** What was lost before the update is no cost of the rollout, so that its budget does not cover it. */
function isWithinBudget({ scenario, serviceLevel, losses }: Inquiry): boolean {
  const budget = errorBudgetOf(scenario.limits, serviceLevel);
  const { during } = serviceLevel;
  return budget !== undefined && during.lost <= budget && during.lost === losses.length;
}

interface Explained {
  readonly losses: readonly Loss[];
  readonly inquiry: Inquiry;
  readonly isInBudget: boolean;
}

function toFault(rule: FaultRule, { losses, inquiry, isInBudget }: Explained): Fault[] {
  const seen = rule.describe(losses, inquiry);
  if (seen === undefined) return [];
  const fault = { code: rule.code, ...seen, pods: seen.pods.map(({ name }) => name), lost: losses.length };
  // A crash, or a hook that hangs, is wrong whatever it costs.
  const isByLoss = losses.length > 0 && rule.describe([], inquiry)?.severity !== 'error';
  return [isInBudget && isByLoss ? { ...fault, accepted: 'within-budget' } : fault];
}
