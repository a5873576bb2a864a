/** What speaks to the service beside clients. */
export type BrokerKind = 'rabbitmq' | 'nats' | 'bullmq' | 'kafka';

/** Messages, or jobs, that are sent to the service while it is rolled. */
export interface MessagePlan {
  readonly broker: BrokerKind;
  /** With the user and the password: reports leave it out. */
  readonly url: string;
  /** The queue of RabbitMQ or BullMQ, the subject of NATS, or the topic of Kafka. */
  readonly queue: string;
  /** Of BullMQ: what its keys begin with. */
  readonly prefix: string;
  /** What is sent; `{n}` is the number of the message. */
  readonly body: string;
  /** Nest's pattern: the body is the `data` of a packet of Nest then. */
  readonly pattern: string | undefined;
  /** Of BullMQ. */
  readonly jobName: string;
  readonly jobAttempts: number;
  /** Whether each message asks for an answer. */
  readonly expectsReply: boolean;
  /** A line of the log that says that a message was worked on to its end, with `{n}` for its number. */
  readonly handledLine: string | undefined;
  /** How many are sent a second. */
  readonly perSecond: number;
  /** So many are out at any time: sent, and not handled. */
  readonly backlog: number;
  /** What is done where a message may be worked on twice: it is told, or it fails the rehearsal. */
  readonly twice: 'warn' | 'fail';
}

/** What one of them is called. */
export function nounOf({ broker }: MessagePlan): 'message' | 'job' {
  return broker === 'bullmq' ? 'job' : 'message';
}

/** What tells that one was handled. */
export type Proof = 'line' | 'reply' | 'acknowledgement';

export function proofOf({ handledLine, expectsReply }: MessagePlan): Proof {
  if (handledLine !== undefined) return 'line';
  return expectsReply ? 'reply' : 'acknowledgement';
}
