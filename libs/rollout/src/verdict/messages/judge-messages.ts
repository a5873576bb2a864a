import { MESSAGE_FATES } from '../../ledger/message-record.js';
import { nounOf, proofOf } from '../../load/messages/message-plan.js';
import { type Inquiry } from '../inquiry.js';
import { type MessageVerdict } from '../verdict.js';
import { type MessageTrouble } from './trouble.js';

/** What became of the messages; `undefined` where there were none. */
export function judgeMessages(
  { scenario, stories, troubles, messages }: Inquiry,
  causes: ReadonlyMap<MessageTrouble, string>,
): MessageVerdict | undefined {
  const plan = scenario.messages;
  if (plan === undefined || messages === undefined) return undefined;
  const counts = MESSAGE_FATES.map((fate) => [fate, stories.filter((story) => story.fate === fate).length] as const);
  return {
    broker: plan.broker,
    queue: plan.queue,
    noun: nounOf(plan),
    proof: proofOf(plan),
    sent: stories.length,
    // One for each fate.
    byFate: Object.fromEntries(counts) as MessageVerdict['byFate'],
    troubled: troubles.map((trouble) => ({
      id: trouble.record.id,
      fate: trouble.fate,
      at: trouble.at,
      pod: trouble.pod?.name,
      phase: trouble.phase,
      sinceSignalMs: trouble.sinceSignalMs,
      cause: causes.get(trouble) ?? 'message-unexplained',
      detail: trouble.record.refusal ?? trouble.record.failures.at(-1)?.detail,
    })),
  };
}

const KAFKA_NOTE =
  "A message counts as handled when its offset is committed. Whether the work was done by then, or twice, shows with --handled 'a line of the log with {n}'.";

/** How much can be seen, where a user may think that it is more. */
export function messageNotes({ scenario }: Inquiry): string[] {
  const plan = scenario.messages;
  if (plan === undefined || plan.broker === 'nats' || proofOf(plan) !== 'acknowledgement') return [];
  return plan.broker === 'bullmq'
    ? ["A job counts as handled when it is completed. --handled 'a line with {n}' shows work that goes on after that."]
    : [
        plan.broker === 'kafka'
          ? KAFKA_NOTE
          : "A message counts as handled when it is acknowledged. Whether the work was done by then shows with --handled 'a line of the log with {n}', or with --reply.",
      ];
}
