import { executionAsyncResource } from 'node:async_hooks';
import { constants } from 'node:os';
import { setImmediate } from 'node:timers';

/** The private names of Node below were read in 20, 22, 24 and 26, the last of these being this one. */
const LAST_MAJOR_READ = 26;
/** A signal that this process sends to itself is delivered within this many turns of the event loop. */
const TURNS = 3;

/** The function that `process.kill()` calls. It returns 0, or the number of an error. */
type Kill = (pid: number, signal: number) => number;

let knowsSignals = Number(process.versions.node.split('.')[0]) <= LAST_MAJOR_READ;

/**
 * Whether the listener that calls this was called by `process.emit()` of code in this process, and not by Node for a
 * signal that came. For a signal that came, Node calls listeners in the context of an object of its class `Signal`. In
 * a Node that does not, every signal counts as one that came.
 */
export function isEmittedByCode(): boolean {
  const resource: object = executionAsyncResource();
  const isSignal = resource.constructor?.name === 'Signal';
  knowsSignals ||= isSignal;
  return knowsSignals && !isSignal;
}

/**
 * Remembers the signals that this process has just sent to itself, by `process.kill()` with its own id, with that of
 * its group, or with 0. It replaces the private function that every `process.kill()` calls, so `process.kill` itself
 * stays as it is. Where Node has changed, no signal is seen.
 */
export class OwnKills {
  readonly #raised = new Map<string, object>();
  #undo: () => void = () => undefined;

  /** Calls `onRaise` for every signal that this process sends to itself, just before it does. */
  watch(onRaise: (signal: NodeJS.Signals) => void): void {
    this.#undo();
    this.#undo = watchKills((pid, number) => {
      const signal = isOwn(pid) ? nameOf(number) : undefined;
      if (signal === undefined) return;
      this.#remember(signal);
      onRaise(signal);
    });
  }

  /** Whether this process has just sent itself the signal. */
  has(signal: NodeJS.Signals): boolean {
    return this.#raised.has(signal);
  }

  stop(): void {
    this.#undo();
    this.#undo = () => undefined;
    this.#raised.clear();
  }

  #remember(signal: NodeJS.Signals): void {
    const mark = {};
    this.#raised.set(signal, mark);
    const forget = (turns: number): void => {
      if (turns > 0) setImmediate(forget, turns - 1);
      else if (this.#raised.get(signal) === mark) this.#raised.delete(signal);
    };
    forget(TURNS);
  }
}

/** Whether a kill reaches this process. A negative id is taken for that of its own group. */
function isOwn(pid: number): boolean {
  return pid === process.pid || pid <= 0;
}

function nameOf(number: number): NodeJS.Signals | undefined {
  // All keys of Node's table are names of signals.
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, value]) => value === number)?.[0];
}

/**
 * Calls `onKill` for each kill. Returns its undo. If other code has replaced the function since, that one stays, and
 * `onKill` is not called any more.
 */
function watchKills(onKill: (pid: number, signal: number) => void): () => void {
  const original: unknown = Reflect.get(process, '_kill');
  if (typeof original !== 'function') return () => undefined;
  let isWatching = true;
  const watched: Kill = (pid, signal) => {
    if (isWatching) onKill(pid, signal);
    // Node's function returns a number.
    return Reflect.apply(original, process, [pid, signal]) as number;
  };
  Reflect.set(process, '_kill', watched);
  return () => {
    isWatching = false;
    if (Reflect.get(process, '_kill') === watched) Reflect.set(process, '_kill', original);
  };
}
