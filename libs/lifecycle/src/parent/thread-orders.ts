import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { isObject } from '../errors/foreign-value.js';
import { type StopOrder } from './parent-messages.js';

/**
 * Where threads of a process and those that have started them meet: a listener on `parentPort` would keep the thread alive, and take the
 * messages of the application. Ids of threads are unique in a process.
 */
const CHANNEL = 'nestjs-lifecycle.threads';
const KEY = 'nestjs-lifecycle';
/** `hello`: this thread can be told to stop from now on. */
type Word = 'hello' | 'stop';

/** Tells one thread to stop: at once where it has a lifecycle of its own, else as soon as it has. */
export class ThreadOrder {
  #channel: BroadcastChannel | undefined;

  constructor(private readonly thread: number) {}

  tell(): void {
    const { thread } = this;
    const channel = (this.#channel ??= openChannel('hello', thread, () => this.tell()));
    send(channel, 'stop', thread);
  }

  /** The thread has ended. */
  close(): void {
    this.#channel?.close();
  }
}

/** Calls `onStop` when the thread that has started this one asks it to stop. Returns its undo. Does nothing in the main thread. */
export function watchThreadOrders(
  onStop: (order: StopOrder) => void,
  thread = isMainThread ? undefined : threadId,
): () => void {
  if (thread === undefined) return () => undefined;
  const channel = openChannel('stop', thread, () => onStop({ reason: 'the thread is told to stop' }));
  send(channel, 'hello', thread);
  return () => channel.close();
}

/** Keeps no thread alive. */
function openChannel(word: Word, thread: number, onWord: () => void): BroadcastChannel {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener('message', (event: unknown) => {
    const message = isObject(event) ? event['data'] : undefined;
    if (isObject(message) && message[KEY] === word && message['thread'] === thread) onWord();
  });
  // After the listener, which keeps the thread alive in some versions of Node.
  channel.unref();
  return channel;
}

function send(channel: BroadcastChannel, word: Word, thread: number): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  channel.postMessage({ [KEY]: word, thread });
}
