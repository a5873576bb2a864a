import { type ConnectionEnd, type Settlement } from '../../ledger/message-record.js';

/** What a tap finds on the connections of one pod. */
export interface TapSink {
  /** The number of the message that this text marks; `undefined` where it is none of this rehearsal. */
  numberOf(text: string): number | undefined;
  deliver(
    number: number,
    needsAcknowledgement: boolean,
  ): { settle(how: Settlement): void; connectionEnded(how: ConnectionEnd): void } | undefined;
  /** The pod answered this message. */
  replied(number: number, body: Buffer): void;
  /** So many consumers more or fewer are there on this connection. */
  consumers(change: number): void;
}

/** Reads what one connection of a pod to its broker carries, as it passes. */
export interface BrokerTap {
  fromPod(chunk: Buffer): void;
  fromBroker(chunk: Buffer): void;
  /** No byte comes any more from the pod. */
  ended(): void;
}

/** How a tap is made for a new connection. */
export type MakeTap = (sink: TapSink) => BrokerTap;
