import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type Guard } from '../../errors/foreign-call.js';
import { type InFlightItem } from '../../in-flight/work.js';
import { type BrokerAdvice } from './broker-advice.js';

/** How one server takes no more in, and how its connections leave, where the transport lets them be seen. */
export interface Connections {
  /**
   * Accepts no more; what is there goes on. At the signal where the server pulls from a broker, and without waiting for what
   * runs; when the drain begins where clients connect to it.
   */
  stopAccepting(deadline: Deadline): Promise<void>;
  /** Lets every connection go once nothing runs on it. Resolves when they are gone, at `deadline` at the latest. */
  leave(deadline: Deadline, options: LeaveOptions): Promise<void>;
  /** Whether a message came when its connection was ended, so that its answer could not be sent. */
  isTooLate(context: object | undefined): boolean;
  /** Whether a request is to be answered with an error: its client does not come to rest. */
  readonly isRefusing: boolean;
  /** Whether the broker is known to deliver nothing more; left out where it cannot be told. */
  readonly hasStoppedIntake?: boolean;
  /** Whether the broker keeps this message, and delivers it again later or elsewhere. Left out where it keeps none. */
  isReturned?(context: object | undefined): boolean;
  /** Hands a message of those to the broker at once. Left out where the end of its connection does. */
  giveBack?(context: object | undefined): void;
  /** Ends what is left, and names what was cut; `running` are the names of handlers that run, which are named elsewhere. */
  terminate(running: readonly string[]): void;
  /** Resolves when what its server has ended is closed. Left out where the server's own close waits for that. */
  closed?(deadline: Deadline): Promise<void>;
  /** What is told of the broker's settings when the server listens. */
  advice?(): readonly BrokerAdvice[];
}

/** How thorough a leave is. */
export interface LeaveOptions {
  /** By `app.close()` in a test or a reload no client is about to send more. */
  readonly isBrief: boolean;
  /** The contexts of the messages that run. */
  readonly running: () => Iterable<object>;
}

/** What connections need to know of their service. */
export interface ConnectionsParts {
  readonly clock: Clock;
  readonly guard: Guard;
  /** Something was cut that had not been answered to its end. */
  readonly onCut: (items: readonly InFlightItem[]) => void;
  /** How long a shutdown may wait for what runs at the signal. */
  readonly workMs: number;
  readonly onAdvice: (advice: BrokerAdvice) => void;
}
