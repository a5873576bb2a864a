import { type MessageLedger } from '../ledger/message-ledger.js';
import { type LeftMessages } from '../ledger/message-record.js';
import { type MessagePlan } from '../load/messages/message-plan.js';
import { type MessageMarks } from '../load/messages/message-text.js';
import { type LoadClient } from './load-client.js';

/** What a publisher is made of. */
export interface PublisherWorld {
  readonly plan: MessagePlan;
  readonly ledger: MessageLedger;
  readonly marks: MessageMarks;
  readonly load: LoadClient;
  /** Called with what a broker says besides: a lost connection. */
  readonly onProblem: (problem: string) => void;
}

/** Sends the messages of a rehearsal, and asks the broker what is left of them. */
export interface Publisher {
  /**
   * Connects, before any pod runs.
   *
   * @throws MessageError where the broker cannot be reached, or the queue is not for the rehearsal alone
   */
  connect(): Promise<void>;
  /** Whether the queue is there: the service may make it when it starts. */
  isReady(): Promise<boolean>;
  /** Sends one and resolves when the broker has it, or has refused it. Never rejects. */
  publish(number: number): Promise<void>;
  /** What waits in the queue at this moment. */
  left(): Promise<LeftMessages>;
  /** Takes away what is left of the rehearsal, and disconnects: when no pod runs any more. */
  close(): Promise<void>;
}
