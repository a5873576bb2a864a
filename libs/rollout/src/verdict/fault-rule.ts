import { type Inquiry } from './inquiry.js';
import { type Loss } from './loss.js';
import { isRepeated, isTroubleOfStop, type MessageTrouble } from './messages/trouble.js';
import { type PodFacts } from './pod-facts.js';
import { type StopKind } from './stop-kind.js';
import { type Fault } from './verdict.js';

export { isAfterSignal } from './loss-kinds.js';

/** One thing that can be wrong with a service or its settings. */
export interface FaultRule {
  /** As in `listener-closed-early`; it does not change between releases. */
  readonly code: string;
  /** Whether it explains the loss, when no rule before it has. */
  explains(loss: Loss, inquiry: Inquiry): boolean;
  /** What was seen, given the losses it explains; `undefined` when there is nothing to say. */
  describe(losses: readonly Loss[], inquiry: Inquiry): Seen | undefined;
  /** Whether it explains a message that was not handled exactly once, when no rule before it has. Left out: never. */
  explainsMessage?(trouble: MessageTrouble, inquiry: Inquiry): boolean;
  /** What was seen, given the messages it explains. Left out: what `describe` says; what they came to is said in any case. */
  describeMessages?(troubles: readonly MessageTrouble[], inquiry: Inquiry): Seen;
}

/** A fault that was seen. */
export interface Seen extends Omit<Fault, 'code' | 'pods' | 'lost' | 'messages' | 'accepted'> {
  readonly pods: readonly PodFacts[];
}

/** For rules about what loses no request by itself. */
export function explainsNothing(): boolean {
  return false;
}

/** Explains what was in the hands of a pod that stopped in this way. That a handler failed has a reason of its own. */
export function ofStop(kind: StopKind): NonNullable<FaultRule['explainsMessage']> {
  return ({ fate, pod, ...trouble }, inquiry) =>
    pod !== undefined &&
    (fate === 'lost' || isRepeated({ fate })) &&
    isTroubleOfStop({ fate, pod, ...trouble }) &&
    inquiry.stopOf(pod) === kind;
}

/** The pods of some losses, each once. */
export function podsOf(losses: readonly Loss[]): PodFacts[] {
  return [...new Set(losses.flatMap(({ pod }) => (pod === undefined ? [] : [pod])))];
}

/** The longest of some times; 0 for none. */
export function longest(times: readonly (number | undefined)[]): number {
  return Math.max(0, ...times.map((value) => value ?? 0));
}
