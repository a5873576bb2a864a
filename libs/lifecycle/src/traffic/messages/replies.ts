import { type Clock } from '../../deadline/clock.js';
import { type Deadline } from '../../deadline/deadline.js';
import { type Method, replaceMethod } from '../../patching/replace-method.js';

/** How often it is looked whether the last reply has left: no event says so. */
const LOOK_MS = 5;

/**
 * The replies that a server of Nest's has begun to send. `send()` of its base class gets the stream of answers and what
 * publishes one of them (read in Nest 11.0.0, 11.2.6, 12.0.1 and 12.1.1): the last one says so.
 */
export class Replies {
  #onTheWay = 0;
  #begun = 0;
  #failed = 0;

  constructor(
    server: object,
    private readonly clock: Clock,
  ) {
    replaceMethod(server, 'send', (send) => this.#counted(send));
  }

  /** How many have not been taken by the client of the broker to their end. */
  get onTheWay(): number {
    return this.#onTheWay;
  }

  /** How many it has begun to send so far. */
  get begun(): number {
    return this.#begun;
  }

  /** How many the client of the broker has rejected so far. */
  get failed(): number {
    return this.#failed;
  }

  /** Waits until there are none and `isFlushed` says that they have left, and says whether it came to that. */
  async allLeft(deadline: Deadline, isFlushed: () => boolean = () => true): Promise<boolean> {
    const haveLeft = (): boolean => this.#onTheWay === 0 && isFlushed();
    while (!haveLeft()) {
      if (deadline.isPast) return false;
      await new Promise<void>((resolve) => this.clock.after(LOOK_MS, resolve));
    }
    return true;
  }

  #counted(send: Method): Method {
    const begin = (): Reply => this.#begin();
    return function (this: unknown, ...args: unknown[]): unknown {
      const [answers, respond, ...rest] = args;
      if (typeof respond !== 'function') return Reflect.apply(send, this, args);
      const reply = begin();
      const counted = (packet: unknown): unknown =>
        publish(() => Reflect.apply(respond, undefined, [packet]), packet, reply);
      return Reflect.apply(send, this, [answers, counted, ...rest]);
    };
  }

  #begin(): Reply {
    let isOver = false;
    this.#onTheWay += 1;
    this.#begun += 1;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      this.#onTheWay -= 1;
      return true;
    };
    return { end, fail: () => void (end() && (this.#failed += 1)) };
  }
}

interface Reply {
  readonly end: () => unknown;
  readonly fail: () => void;
}

/** What fails ends it too: Nest 11 sends nothing after that. */
function publish(respond: () => unknown, packet: unknown, { end, fail }: Reply): unknown {
  try {
    const published = respond();
    if (isPromise(published)) void published.then(() => (isLast(packet) ? end() : undefined), fail);
    else if (isLast(packet)) end();
    return published;
  } catch (error) {
    fail();
    throw error;
  }
}

function isLast(packet: unknown): boolean {
  return typeof packet === 'object' && packet !== null && 'isDisposed' in packet && packet.isDisposed === true;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise;
}
