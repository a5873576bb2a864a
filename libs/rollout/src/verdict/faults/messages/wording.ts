import { type MessageFate } from '../../../ledger/message-record.js';
import { nounOf } from '../../../load/messages/message-plan.js';
import { type FaultRule, type Seen } from '../../fault-rule.js';
import { type Inquiry } from '../../inquiry.js';
import { type MessageTrouble } from '../../messages/trouble.js';
import { isRepeated } from '../../messages/trouble.js';
import { type PodFacts } from '../../pod-facts.js';
import { count, were } from '../../wording.js';

/** `3 messages were`, `1 job was`. */
export function wereSent(number: number, { scenario }: Inquiry): string {
  return were(number, nounIn(scenario));
}

/** `3 messages`, `1 job`. */
export function countSent(number: number, { scenario }: Inquiry): string {
  return count(number, nounIn(scenario));
}

/** What is sent, by its name. */
export function nounIn({ messages }: Inquiry['scenario']): 'message' | 'job' {
  return messages === undefined ? 'message' : nounOf(messages);
}

/** What they came to, in the order of gravity. */
const WORDS: readonly (readonly [MessageFate, string])[] = [
  ['lost', 'lost'],
  ['failed', 'failed for good'],
  ['handled-twice', 'handled twice'],
  ['not-acknowledged', 'done, not acknowledged, and so delivered again'],
  ['cut', 'cut in hand and delivered again'],
  ['elsewhere', 'taken by another consumer'],
];

/** `2 messages lost, 1 message handled twice`. */
export function fatesIn(troubles: readonly MessageTrouble[], inquiry: Inquiry): string {
  const parts = WORDS.flatMap(([fate, words]) => {
    const number = troubles.filter((trouble) => trouble.fate === fate).length;
    return number === 0 ? [] : [`${countSent(number, inquiry)} ${words}`];
  });
  return parts.join('; ');
}

/** Where all of them are worked on again, a team may say that this is a warning to it. */
export function severityOf(troubles: readonly MessageTrouble[], { scenario }: Inquiry): Seen['severity'] {
  const isTold = scenario.messages?.twice === 'warn' && troubles.every((trouble) => isRepeated(trouble));
  return isTold ? 'warning' : 'error';
}

/** The pods of some troubles, each once. */
export function podsOfTroubles(troubles: readonly MessageTrouble[]): PodFacts[] {
  return [...new Set(troubles.flatMap(({ pod }) => (pod === undefined ? [] : [pod])))];
}

/** A rule about messages alone. */
export function messageRule({
  code,
  explains,
  describe,
}: {
  readonly code: string;
  readonly explains: (trouble: MessageTrouble, inquiry: Inquiry) => boolean;
  readonly describe: (
    troubles: readonly MessageTrouble[],
    inquiry: Inquiry,
  ) => Omit<Seen, 'severity' | 'pods'> & Partial<Pick<Seen, 'severity'>>;
}): FaultRule {
  return {
    code,
    explains: () => false,
    describe: () => undefined,
    explainsMessage: explains,
    describeMessages: (troubles, inquiry) => ({
      severity: severityOf(troubles, inquiry),
      pods: podsOfTroubles(troubles),
      ...describe(troubles, inquiry),
    }),
  };
}
