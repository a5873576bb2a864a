/**
 * What became of a message.
 *
 * - `handled`: worked on to its end, once
 * - `handled-twice`: worked on to its end more than once
 * - `not-acknowledged`: worked on to its end by a pod that ended without acknowledging it: it is delivered again
 * - `cut`: in the hands of a pod that ended without acknowledging it: it is delivered again, whatever was done of it
 * - `lost`: the broker does not have it any more, or never had it, and it was not worked on to its end
 * - `failed`: its handler failed, and the broker does not deliver it again
 * - `elsewhere`: taken from the queue by a consumer that is no pod of this rehearsal
 * - `left`: in the queue at the end of the rehearsal
 * - `unseen`: given to a pod that acknowledges nothing, and nothing else tells whether it was worked on
 * - `unfinished`: in the hands of a pod that lived at the end of the rehearsal
 */
export const MESSAGE_FATES = [
  'handled',
  'handled-twice',
  'not-acknowledged',
  'cut',
  'lost',
  'failed',
  'elsewhere',
  'left',
  'unseen',
  'unfinished',
] as const;

/** One of them. */
export type MessageFate = (typeof MESSAGE_FATES)[number];

/** How a delivery was settled with the broker. `returned`: back to the queue, by the service itself. `refused`: for good. */
export type Settlement = 'acknowledged' | 'returned' | 'refused';

/** How the connection of a delivery ended: by the client in order, or with the process. */
export type ConnectionEnd = 'closed' | 'cut';

/** A message that was given to a pod. Times are milliseconds since the start of the rehearsal. */
export interface Delivery {
  readonly pod: string;
  readonly at: number;
  /** Whether the broker keeps the message until the pod acknowledges it. */
  readonly needsAcknowledgement: boolean;
  readonly settled: { readonly at: number; readonly how: Settlement } | undefined;
  /** Left out of what was settled before. */
  readonly connectionEnd: { readonly at: number; readonly how: ConnectionEnd } | undefined;
}

/** A sign that a message was worked on to its end: a line of the log, a reply, a completed job. */
export interface Done {
  readonly pod: string | undefined;
  readonly at: number;
}

/** A sign that its handler failed. */
export interface Failure extends Done {
  readonly detail: string;
}

/** One numbered message, or job, of a rehearsal. */
export interface MessageRecord {
  /** Counts from 1; it is the number in the payload. */
  readonly id: number;
  readonly sentAt: number;
  /** When the broker had it; `undefined` where it never said so. */
  readonly acceptedAt: number | undefined;
  /** Why the broker did not take it. */
  readonly refusal: string | undefined;
  readonly deliveries: readonly Delivery[];
  readonly done: readonly Done[];
  readonly failures: readonly Failure[];
}

/** What was left at the broker in the end. */
export interface LeftMessages {
  /** How many messages waited in the queue; `undefined` where that cannot be asked. */
  readonly waiting: number | undefined;
}

/** All messages of a rehearsal, and what is known of them together. */
export interface MessageFacts {
  readonly records: readonly MessageRecord[];
  readonly left: LeftMessages;
  /** Pods of which the way to the broker was seen. */
  readonly connectedPods: readonly string[];
}
