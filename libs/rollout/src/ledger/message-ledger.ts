import {
  type ConnectionEnd,
  type Delivery,
  type Done,
  type Failure,
  type LeftMessages,
  type MessageFacts,
  type MessageRecord,
  type Settlement,
} from './message-record.js';

/** What becomes of one delivery. Only the first word counts. */
export interface DeliveryHandle {
  settle(how: Settlement): void;
  connectionEnded(how: ConnectionEnd): void;
}

/** What is known of a delivery when it comes. */
export interface NewDelivery {
  readonly pod: string;
  readonly needsAcknowledgement: boolean;
}

interface OpenDelivery {
  pod: string;
  at: number;
  needsAcknowledgement: boolean;
  settled: Delivery['settled'];
  connectionEnd: Delivery['connectionEnd'];
}

interface OpenMessage {
  id: number;
  sentAt: number;
  acceptedAt: number | undefined;
  refusal: string | undefined;
  deliveries: OpenDelivery[];
  done: Done[];
  failures: Failure[];
}

/** Every message of a rehearsal, once, with all that was seen of it. */
export class MessageLedger {
  readonly #messages = new Map<number, OpenMessage>();
  readonly #pods = new Set<string>();
  readonly #endedPods = new Set<string>();
  #left: LeftMessages = { waiting: undefined };
  #changedAt = 0;

  constructor(
    private readonly sinceStart: () => number,
    /** Whether a message is over: what `outstanding` does not count. */
    private readonly isOver: (message: MessageRecord, endedPods: ReadonlySet<string>) => boolean,
  ) {}

  /** The number of the next message, which is sent at this moment. */
  begin(): number {
    const id = this.#messages.size + 1;
    const sentAt = this.#touch();
    this.#messages.set(id, {
      ...{ id, sentAt, acceptedAt: undefined, refusal: undefined },
      ...{ deliveries: [], done: [], failures: [] },
    });
    return id;
  }

  accepted(id: number): void {
    const message = this.#messages.get(id);
    if (message !== undefined) message.acceptedAt ??= this.#touch();
  }

  /** The broker did not take it. */
  notAccepted(id: number, detail: string): void {
    const message = this.#messages.get(id);
    if (message === undefined) return;
    message.refusal ??= detail;
    this.#touch();
  }

  /** A pod was given it. A number that was never sent is another run's, and `undefined`. */
  deliver(id: number, { pod, needsAcknowledgement }: NewDelivery): DeliveryHandle | undefined {
    const message = this.#messages.get(id);
    if (message === undefined) return undefined;
    const at = this.#touch();
    const delivery: OpenDelivery = { pod, at, needsAcknowledgement, settled: undefined, connectionEnd: undefined };
    message.deliveries.push(delivery);
    return {
      settle: (how) => {
        if (delivery.connectionEnd === undefined) delivery.settled ??= { at: this.#touch(), how };
      },
      connectionEnded: (how) => {
        if (delivery.settled === undefined) delivery.connectionEnd ??= { at: this.#touch(), how };
      },
    };
  }

  /** It was worked on to its end. */
  done(id: number, pod: string | undefined): void {
    this.#messages.get(id)?.done.push({ pod, at: this.#touch() });
  }

  failed(id: number, pod: string | undefined, detail: string): void {
    this.#messages.get(id)?.failures.push({ pod, at: this.#touch(), detail });
  }

  /** Settles what was given to a pod last: a broker says it that does not know of pods. */
  settleLast(id: number, how: Settlement): void {
    const delivery = this.#messages.get(id)?.deliveries.findLast((one) => isOpen(one));
    if (delivery !== undefined) delivery.settled = { at: this.#touch(), how };
  }

  /** A job is back in its queue: the worker that had it first has given it back. */
  returnFirst(id: number): void {
    const delivery = this.#messages.get(id)?.deliveries.find((one) => isOpen(one));
    if (delivery !== undefined) delivery.settled = { at: this.#touch(), how: 'returned' };
  }

  /** A job is back in its queue because nothing was heard of its worker; that it is back was told a moment before. */
  stalled(id: number): void {
    const deliveries = this.#messages.get(id)?.deliveries ?? [];
    const delivery = deliveries.findLast(({ settled }) => settled?.how === 'returned') ?? deliveries.find(isOpen);
    if (delivery === undefined) return;
    delivery.settled = undefined;
    delivery.connectionEnd = { at: this.#touch(), how: 'cut' };
  }

  isAnswered(id: number): boolean {
    const message = this.#messages.get(id);
    return message !== undefined && message.done.length + message.failures.length > 0;
  }

  /** No process of that pod runs any more. */
  podEnded(pod: string): void {
    this.#endedPods.add(pod);
    this.#touch();
  }

  /** The pod that was given a message last. */
  lastPodOf(id: number): string | undefined {
    return this.#messages.get(id)?.deliveries.at(-1)?.pod;
  }

  /** A pod has opened a connection to the broker. */
  connected(pod: string): void {
    this.#pods.add(pod);
  }

  leaves(left: LeftMessages): void {
    this.#left = left;
  }

  get sent(): number {
    return this.#messages.size;
  }

  /** How many are not over. */
  get outstanding(): number {
    let count = 0;
    for (const message of this.#messages.values()) if (!this.isOver(message, this.#endedPods)) count += 1;
    return count;
  }

  /** How many have been seen at a pod. */
  get delivered(): number {
    return [...this.#messages.values()].filter(({ deliveries, done }) => deliveries.length + done.length > 0).length;
  }

  /** The numbers of those that the broker has taken, and that no pod has settled: it has them, or will have them back. */
  get atBroker(): number[] {
    return [...this.#messages.values()].filter((message) => isAtBroker(message)).map(({ id }) => id);
  }

  /** When something was last heard of any of them. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** Everything there is to know, as plain data. */
  get facts(): MessageFacts {
    const records = structuredClone([...this.#messages.values()]);
    return { records, left: this.#left, connectedPods: [...this.#pods] };
  }

  #touch(): number {
    this.#changedAt = this.sinceStart();
    return this.#changedAt;
  }
}

function isOpen({ settled, connectionEnd }: OpenDelivery): boolean {
  return settled === undefined && connectionEnd === undefined;
}

function isAtBroker({ refusal, deliveries }: OpenMessage): boolean {
  const last = deliveries.at(-1);
  if (refusal !== undefined) return false;
  return last === undefined || (last.needsAcknowledgement && (last.settled?.how ?? 'returned') === 'returned');
}
