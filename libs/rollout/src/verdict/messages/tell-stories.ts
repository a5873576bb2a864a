import { type MessageFacts, type MessageRecord } from '../../ledger/message-record.js';
import { type MessagePlan, proofOf } from '../../load/messages/message-plan.js';
import { type PodFacts } from '../pod-facts.js';
import { type MessageStory, storyOf, type StoryWorld } from './message-story.js';

/** What became of every message, in the order they were sent. */
export function tellStories(
  { records, left }: MessageFacts,
  plan: MessagePlan,
  { pods, isCut }: { readonly pods: ReadonlyMap<string, PodFacts>; readonly isCut: boolean },
): MessageStory[] {
  const elsewhere = takenElsewhere(records, plan, left.waiting);
  const isUnacknowledged = records.some(({ deliveries }) => deliveries.some((one) => !one.needsAcknowledgement));
  const world: StoryWorld = {
    proof: proofOf(plan),
    endOf: (pod) => endOfPod(pods.get(pod)),
    untaken: (record) => {
      // What nobody listened to, a subject of NATS does not keep.
      if (plan.broker === 'nats') return 'lost';
      if (!elsewhere.has(record)) return 'left';
      // What the broker sends to a process that has just ended is gone where nothing is acknowledged, and no tap may have read it.
      return isUnacknowledged && endsNear(record, pods) ? 'lost' : 'elsewhere';
    },
    isCut,
  };
  return records.map((record) => storyOf(record, world));
}

/** So long may the end of a process be apart from what was sent to it. */
const NEAR_MS = 1500;

function endsNear({ sentAt }: MessageRecord, pods: ReadonlyMap<string, PodFacts>): boolean {
  return [...pods.values()].some(({ exit }) => exit !== undefined && Math.abs(exit.at - sentAt) <= NEAR_MS);
}

/** When its last container ended, where it was not started again. */
export function endOfPod(pod: PodFacts | undefined): number | undefined {
  const exit = pod?.exit;
  if (pod === undefined || exit === undefined) return undefined;
  return pod.events.some(({ type, at }) => type === 'container-started' && at > exit.at) ? undefined : exit.at;
}

/** More were given to nobody than are in the queue: the oldest of them were taken by somebody who is not seen. */
function takenElsewhere(
  records: readonly MessageRecord[],
  { broker }: MessagePlan,
  waiting: number | undefined,
): ReadonlySet<MessageRecord> {
  if (broker === 'nats' || waiting === undefined) return new Set();
  const untaken = records.filter(
    ({ deliveries, done, refusal }) => deliveries.length === 0 && done.length === 0 && refusal === undefined,
  );
  const returned = records.filter(({ deliveries }) => deliveries.at(-1)?.settled?.how === 'returned').length;
  const waitingUntaken = Math.max(0, waiting - returned);
  return new Set(untaken.slice(0, Math.max(0, untaken.length - waitingUntaken)));
}
