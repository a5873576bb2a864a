import { nounOf } from '../load/messages/message-plan.js';
import { type FaultRule, type Seen } from './fault-rule.js';
import { FAULT_RULES } from './fault-rules.js';
import { fatesIn } from './faults/messages/wording.js';
import { gravestFirst } from './gravest-first.js';
import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
import { type MessageTrouble } from './messages/trouble.js';
import { errorBudgetOf } from './service-level.js';
import { type Fault } from './verdict.js';

/** The faults, and what explains what. */
export interface FoundFaults {
  /** The gravest first. */
  readonly faults: readonly Fault[];
  /** The code of the fault that explains each lost request. */
  readonly causes: ReadonlyMap<Loss, string>;
  /** The same of each message that was not handled exactly once. */
  readonly messageCauses: ReadonlyMap<MessageTrouble, string>;
}

/** The faults, the gravest first, and the code of the one that explains each loss. */
export function findFaults(inquiry: Inquiry): FoundFaults {
  const ofLosses = explainAll(inquiry.losses, (rule, loss) => rule.explains(loss, inquiry));
  const ofMessages = explainAll(inquiry.troubles, (rule, trouble) => rule.explainsMessage?.(trouble, inquiry) ?? false);
  const isInBudget = isWithinBudget(inquiry);
  const faults = FAULT_RULES.flatMap((rule) => {
    const losses = ofLosses.explained.get(rule) ?? [];
    const troubles = ofMessages.explained.get(rule) ?? [];
    return toFault(rule, { losses, troubles, inquiry, isInBudget });
  });
  return { faults: faults.toSorted(gravestFirst), causes: ofLosses.causes, messageCauses: ofMessages.causes };
}

/** Each has one cause: the first rule that explains it. */
function explainAll<Item>(
  items: readonly Item[],
  explains: (rule: FaultRule, item: Item) => boolean,
): { readonly explained: ReadonlyMap<FaultRule, readonly Item[]>; readonly causes: ReadonlyMap<Item, string> } {
  const explained = new Map<FaultRule, Item[]>();
  const causes = new Map<Item, string>();
  for (const item of items) {
    const rule = FAULT_RULES.find((candidate) => explains(candidate, item));
    if (rule === undefined) throw new Error('no rule explains what was lost');
    causes.set(item, rule.code);
    explained.set(rule, [...(explained.get(rule) ?? []), item]);
  }
  return { explained, causes };
}

/** What was lost before the update is no cost of the rollout, so that its budget does not cover it. */
function isWithinBudget({ scenario, serviceLevel, losses }: Inquiry): boolean {
  const budget = errorBudgetOf(scenario.limits, serviceLevel);
  const { during } = serviceLevel;
  return budget !== undefined && during.lost <= budget && during.lost === losses.length;
}

interface Explained {
  readonly losses: readonly Loss[];
  readonly troubles: readonly MessageTrouble[];
  readonly inquiry: Inquiry;
  readonly isInBudget: boolean;
}

function toFault(rule: FaultRule, explained: Explained): Fault[] {
  const { losses, troubles, inquiry, isInBudget } = explained;
  const seen = whatWasSeen(rule, explained);
  if (seen === undefined) return [];
  const fault = {
    code: rule.code,
    ...seen,
    pods: seen.pods.map(({ name }) => name),
    lost: losses.length,
    ...explainedMessages(troubles, inquiry),
  };
  // A crash, or a hook that hangs, is wrong whatever it costs.
  const isByLoss = losses.length > 0 && rule.describe([], inquiry)?.severity !== 'error';
  return [isInBudget && isByLoss && troubles.length === 0 ? { ...fault, accepted: 'within-budget' } : fault];
}

function explainedMessages(
  troubles: readonly MessageTrouble[],
  { scenario: { messages } }: Inquiry,
): Pick<Fault, 'messages' | 'noun'> {
  if (troubles.length === 0 || messages === undefined) return {};
  return { messages: troubles.length, ...(nounOf(messages) === 'job' && { noun: 'job' }) };
}

/** One mistake is one fault, whether requests or messages have met it. */
function whatWasSeen(rule: FaultRule, { losses, troubles, inquiry }: Explained): Seen | undefined {
  const ofLosses = rule.describe(losses, inquiry);
  if (troubles.length === 0) return ofLosses;
  const ofMessages = rule.describeMessages?.(troubles, inquiry);
  if (ofMessages === undefined) {
    if (ofLosses === undefined) throw new Error(`${rule.code} explains messages, and says nothing of them`);
    return { ...ofLosses, severity: 'error', evidence: `${ofLosses.evidence} ${fatesIn(troubles, inquiry)}.` };
  }
  if (ofLosses === undefined) return ofMessages;
  return {
    ...ofLosses,
    severity: ofLosses.severity === 'error' ? 'error' : ofMessages.severity,
    evidence: `${ofLosses.evidence} ${ofMessages.evidence}`,
    pods: [...new Set([...ofLosses.pods, ...ofMessages.pods])],
  };
}
