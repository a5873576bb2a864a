import { type Delivered, type TapSink } from '../broker-tap.js';
import { type Commit, type FetchedRecord } from './kafka-messages.js';

interface Held {
  readonly number: number;
  readonly pod: string;
  readonly offset: number;
  readonly delivered: Delivered;
}

/** What pods have been given and not committed, of all their connections together. A partition moves from one pod to another. */
export class KafkaHands {
  readonly #held = new Map<string, Held[]>();
  /** Pods whose consumer has left its group: what they still fetch is not handled. */
  readonly #left = new Set<string>();

  joins(pod: string): void {
    this.#left.delete(pod);
  }

  /** kafkajs has a connection for fetches alone, and says this on another one. */
  leaves(sink: TapSink): void {
    this.letGo(sink, 'closed');
    this.#left.add(sink.pod);
  }

  hasLeft(pod: string): boolean {
    return this.#left.has(pod);
  }

  take({ place, offset, mark }: FetchedRecord, sink: TapSink): void {
    const number = mark === undefined ? undefined : sink.numberOf(mark);
    if (number === undefined || this.hasLeft(sink.pod)) return;
    const held = this.#held.get(place) ?? [];
    // Its partition has moved, or the consumer has gone back to what is committed.
    for (const one of held) if (one.offset === offset) one.delivered.settle('returned');
    const delivered = sink.deliver(number, true);
    const others = held.filter((one) => one.offset !== offset);
    const now = delivered === undefined ? others : [...others, { number, pod: sink.pod, offset, delivered }];
    this.#held.set(
      place,
      now.toSorted((a, b) => a.offset - b.offset),
    );
  }

  /** A refused commit leaves what it was about to the next owner of the partition, whatever was done of it. */
  committed({ place, offset }: Commit, pod: string, isRefused: boolean): void {
    this.#settle(place, ({ pod: of, offset: at, delivered }) => {
      if (of !== pod || at >= offset) return false;
      delivered.settle(isRefused ? 'returned' : 'acknowledged');
      return true;
    });
  }

  /** The consumer has left its group, or its connection has ended: of each partition, the first that is not done may have been in a handler. */
  letGo(sink: TapSink, how: 'closed' | 'cut'): void {
    for (const place of this.#held.keys()) {
      let isFirst = true;
      this.#settle(place, ({ pod: of, number, delivered }) => {
        if (of !== sink.pod) return false;
        const wasDone = sink.isDone(number);
        const wasInHand = !wasDone && isFirst && how === 'cut';
        if (!wasDone) isFirst = false;
        if (wasDone || wasInHand) delivered.connectionEnded(how);
        else delivered.settle('returned');
        return true;
      });
    }
  }

  #settle(place: string, isOver: (held: Held) => boolean): void {
    const held = this.#held.get(place) ?? [];
    this.#held.set(
      place,
      held.filter((one) => !isOver(one)),
    );
  }
}
