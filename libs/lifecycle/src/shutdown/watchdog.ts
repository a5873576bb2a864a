import { url as inspectorUrl } from 'node:inspector';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { describeError } from '../errors/lifecycle-error.js';
import { nameText } from '../errors/safe-text.js';
import { WATCHDOG_SOURCE } from './watchdog-source.js';

/** How many frames of a stack are kept. */
const MOST_FRAMES = 12;
/** What its thread may take of memory; it needs less. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 };

interface WatchdogOptions {
  /** How long a block lasts before its stack is read. */
  readonly blockMs: number;
  /** When the shutdown has to be over, in milliseconds since the epoch: a block that lasts until then is written to stderr by the thread. */
  readonly endsAt: number;
  /** Called when there can be none. */
  readonly failed: (why: string) => void;
}

/**
 * A thread that reads the stack of this one while it is blocked, by the inspector (`Session.connectToMainThread()`, Node 20.11). The
 * thread has none of the options, variables and preloaded modules of the process.
 */
export class Watchdog {
  readonly #beats = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #port: MessagePort | undefined;

  start({ blockMs, endsAt, failed }: WatchdogOptions): void {
    // A thread that is stopped at a breakpoint looks like one that is blocked.
    if (inspectorUrl() !== undefined) return failed('a debugger is attached');
    try {
      const { port1, port2 } = new MessageChannel();
      const worker = new Worker(WATCHDOG_SOURCE, {
        eval: true,
        workerData: { beats: this.#beats.buffer, port: port2, blockMs, endsAt, mostFrames: MOST_FRAMES },
        transferList: [port2],
        execArgv: [],
        env: {},
        resourceLimits: LIMITS,
      });
      worker.on('error', (error) => failed(describeError(error)));
      worker.unref();
      port1.unref();
      this.#worker = worker;
      this.#port = port1;
    } catch (error) {
      failed(describeError(error));
    }
  }

  /** The event loop turns. A stack that was not reported belongs to a block that was too short to report. */
  beat(): void {
    if (this.#worker === undefined) return;
    this.takeStack();
    Atomics.add(this.#beats, 0, 1);
  }

  /** The stack that was read last, the innermost call first; `undefined` where there is none. Read without a turn of the loop. */
  takeStack(): string[] | undefined {
    let stack: string[] | undefined;
    for (;;) {
      const received: { readonly message: unknown } | undefined = this.#port && receiveMessageOnPort(this.#port);
      if (received === undefined) return stack;
      if (Array.isArray(received.message))
        stack = received.message.slice(0, MOST_FRAMES).map((frame) => nameText(frame));
    }
  }

  stop(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    // Terminating refs it, and the end does not wait for it.
    worker?.unref();
  }
}
