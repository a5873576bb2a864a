import { type ConnectionEnd, type Settlement } from '../../ledger/message-record.js';

/** A message that a pod was given. */
export interface Delivered {
  settle(how: Settlement): void;
  connectionEnded(how: ConnectionEnd): void;
}

/** What a tap finds on the connections of one pod. */
export interface TapSink {
  readonly pod: string;
  /** The number of the message that this text marks; `undefined` where it is none of this rehearsal. */
  numberOf(text: string): number | undefined;
  deliver(number: number, needsAcknowledgement: boolean): Delivered | undefined;
  /** Whether it is known that it was worked on to its end. */
  isDone(number: number): boolean;
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
