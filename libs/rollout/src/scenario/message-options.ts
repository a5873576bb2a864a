/** What all of them may say. */
interface SentOptions {
  /** Where the broker is, as the service connects to it: its connections go through the rehearsal. */
  readonly url: string;
  /** The queue; of NATS, the subject; of Kafka, the topic. */
  readonly queue: string;
  /** What is sent, with `{n}` for the number of the message. Default `{"number":{n}}`. */
  readonly body?: string | undefined;
  /**
   * A text of the service's log that says that a message was worked on to its end, with `{n}` for its number, as in `saved order {n}`. Default: none; a message
   * counts as handled when it is answered, or acknowledged.
   */
  readonly handled?: string | undefined;
  /** How many are sent a second. Default 20. */
  readonly rate?: number | undefined;
  /** How many are out at any time, sent and not handled, so that every pod has its hands full. Default 20. */
  readonly backlog?: number | undefined;
  /** Whether one that may be worked on twice fails the rehearsal, or is only told. Default `fail`. */
  readonly twice?: 'warn' | 'fail' | undefined;
}

/** Messages for a service that consumes them: `amqp://` (also as `rabbitmq://`), `nats://`, or `kafka://`. */
export interface MessageOptions extends SentOptions {
  /** The pattern of a handler of Nest: the body is then the `data` of `{"pattern": …, "data": …}`. Default: none. */
  readonly pattern?: string | undefined;
  /** Whether each asks for an answer, as to `@MessagePattern`. Default `false`. */
  readonly reply?: boolean | undefined;
}

/** Jobs of BullMQ: `redis://`. */
export interface JobOptions extends SentOptions {
  /** Default `bull`. */
  readonly prefix?: string | undefined;
  /** The name of each job. Default `rehearsal`. */
  readonly name?: string | undefined;
  /** How often each is tried. Default 1. */
  readonly attempts?: number | undefined;
}
