import { type Delivery, type Done, type MessageFate, type MessageRecord } from '../../ledger/message-record.js';
import { type Proof } from '../../load/messages/message-plan.js';

/** What became of a message, and the delivery that its fate is about. */
export interface MessageStory {
  readonly record: MessageRecord;
  readonly fate: MessageFate;
  readonly delivery: Delivery | undefined;
  /** When its fate was decided: the end of that delivery, where it had one. */
  readonly at: number;
}

/** What a story is made of, beside the message itself. */
export interface StoryWorld {
  readonly proof: Proof;
  /** When a pod ended for good; `undefined` while it runs. */
  readonly endOf: (pod: string) => number | undefined;
  /** What becomes of one that was given to nobody. */
  readonly untaken: (record: MessageRecord) => 'left' | 'elsewhere' | 'lost';
  /** Whether the rehearsal was cut: what was not seen then may still have come. */
  readonly isCut: boolean;
}

/** When a delivery came to its end, however. */
export function deliveryEnd(
  { settled, connectionEnd, pod }: Delivery,
  world: Pick<StoryWorld, 'endOf'>,
): number | undefined {
  return settled?.at ?? connectionEnd?.at ?? world.endOf(pod);
}

/** What became of a message. */
export function storyOf(record: MessageRecord, world: StoryWorld): MessageStory {
  const finished = finishesOf(record, world.proof);
  const [first] = finished;
  const tell = (fate: MessageFate, delivery: Delivery | undefined): MessageStory => ({
    ...{ record, fate, delivery },
    // What was acknowledged before it was done is lost with its process.
    at:
      (delivery && (fate === 'lost' ? world.endOf(delivery.pod) : undefined)) ??
      (delivery && deliveryEnd(delivery, world)) ??
      first?.at ??
      delivery?.at ??
      record.sentAt,
  });
  if (first !== undefined) {
    const [fate, delivery] = finishedFate(record, finished, world);
    return tell(fate, delivery);
  }
  if (record.refusal !== undefined) return tell('lost', undefined);
  const last = record.deliveries.at(-1);
  return last === undefined ? tell(world.untaken(record), undefined) : tell(unfinishedFate(record, last, world), last);
}

/** Every time it was worked on to its end. */
function finishesOf({ done, deliveries }: MessageRecord, proof: Proof): readonly Done[] {
  if (proof !== 'acknowledgement') return done;
  return deliveries.flatMap(({ pod, settled }) => (settled?.how === 'acknowledged' ? [{ pod, at: settled.at }] : []));
}

function finishedFate(
  record: MessageRecord,
  finished: readonly Done[],
  world: StoryWorld,
): readonly [MessageFate, Delivery | undefined] {
  const doneBy = finished.map((done) => deliveryOf(record, done));
  const unacknowledged = doneBy.find((delivery) => delivery !== undefined && isTakenBack(delivery, world));
  if (finished.length > 1) return ['handled-twice', unacknowledged ?? doneBy[0]];
  if (unacknowledged !== undefined) return ['not-acknowledged', unacknowledged];
  const cut = record.deliveries.find((delivery) => !doneBy.includes(delivery) && isTakenBack(delivery, world));
  return cut === undefined ? ['handled', doneBy[0] ?? record.deliveries.at(-1)] : ['cut', cut];
}

function unfinishedFate({ failures }: MessageRecord, last: Delivery, world: StoryWorld): MessageFate {
  const how = last.settled?.how;
  if (how === 'refused' || failures.length > 0) return 'failed';
  if (how === 'returned') return 'left';
  if (how === undefined && last.needsAcknowledgement) return isTakenBack(last, world) ? 'cut' : 'unfinished';
  return forgottenFate(last, world);
}

/** The broker does not have it any more. */
function forgottenFate({ pod }: Delivery, { proof, isCut, endOf }: StoryWorld): MessageFate {
  if (proof === 'acknowledgement') return 'unseen';
  return isCut && endOf(pod) === undefined ? 'unfinished' : 'lost';
}

/** The delivery that a pod has worked on to its end at that time. */
function deliveryOf({ deliveries }: MessageRecord, { pod, at }: Done): Delivery | undefined {
  const own = deliveries.filter((delivery) => delivery.pod === pod);
  return own.findLast((delivery) => delivery.at <= at) ?? own[0];
}

/** Ended without a word of the service: the broker gives it to another one. */
function isTakenBack(delivery: Delivery, world: StoryWorld): boolean {
  const { needsAcknowledgement, settled, connectionEnd, pod } = delivery;
  if (!needsAcknowledgement || settled !== undefined) return false;
  return connectionEnd !== undefined || world.endOf(pod) !== undefined;
}
