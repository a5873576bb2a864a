import { type FaultRule } from './fault-rule.js';
import { FAULT_RULES } from './fault-rules.js';
import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
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
  const faults = FAULT_RULES.flatMap((rule) => toFault(rule, explained.get(rule) ?? [], inquiry));
  return { faults: faults.toSorted((a, b) => rank(a) - rank(b) || b.lost - a.lost), causes };
}

function toFault(rule: FaultRule, losses: readonly Loss[], inquiry: Inquiry): Fault[] {
  const seen = rule.describe(losses, inquiry);
  if (seen === undefined) return [];
  return [{ code: rule.code, ...seen, pods: seen.pods.map(({ name }) => name), lost: losses.length }];
}

function rank({ severity }: Fault): number {
  return severity === 'error' ? 0 : 1;
}
