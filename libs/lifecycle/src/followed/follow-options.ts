import { ChildProcess, type Serializable } from 'node:child_process';
import { constants } from 'node:os';
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Duration, parseDuration } from '../deadline/duration.js';
import { isObject } from '../errors/foreign-value.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Intake } from '../in-flight/work-source.js';

/** How a child process or a thread stops with the service. */
export interface FollowOptions {
  /**
   * What logs and the report call it, with its number: `renderer (pid 17)`. Default: the file that Node runs, else the command;
   * `worker` for a thread. Never data that is not for logs.
   */
  readonly name?: string | undefined;
  /** The signal that tells a child process to stop. Default `'SIGTERM'`. A thread gets none. */
  readonly signal?: NodeJS.Signals | undefined;
  /**
   * The message that tells it to stop: a thread, or in place of the signal a child process that `fork()` has started. Default of a
   * thread: `'shutdown'`.
   */
  readonly message?: Serializable | undefined;
  /** How long it may take from then on, until it is killed. Default: as long as the drain may. */
  readonly timeout?: Duration | undefined;
  /**
   * When it is told: `'lame-duck'` (default), at the signal, or `'drain'`, in the drain, once nothing else is in flight that may
   * need it.
   */
  readonly intake?: Extract<Intake, 'lame-duck' | 'drain'> | undefined;
}

/** The options, read. */
export interface FollowSettings {
  readonly name: string | undefined;
  readonly signal: NodeJS.Signals;
  /** `undefined`: none, or the default of a thread. */
  readonly message: Serializable | undefined;
  /** `undefined`: as long as the drain may take. */
  readonly timeoutMs: number | undefined;
  readonly intake: 'lame-duck' | 'drain';
}

const KNOWN = ['name', 'signal', 'message', 'timeout', 'intake'];

/** @throws LifecycleError `INVALID_SOURCE` that says what to type */
export function readFollowOptions(child: ChildProcess | Worker, options: FollowOptions): FollowSettings {
  if (!(child instanceof ChildProcess) && !(child instanceof Worker)) {
    const allowed = 'a ChildProcess of node:child_process, or a Worker of node:worker_threads';
    throw refusal(`${inspect(child, { depth: -1 })}; allowed: ${allowed}`, "follow(fork('worker.js'))");
  }
  checkNames(options);
  const { name, signal = 'SIGTERM', message, timeout, intake = 'lame-duck' } = options;
  checkHowToTell(child, options);
  if (intake !== 'lame-duck' && intake !== 'drain') {
    throw refusal(`intake ${inspect(intake)}; allowed: 'lame-duck', 'drain'`, "intake: 'drain'");
  }
  return { name, signal, message, timeoutMs: timeout === undefined ? undefined : timeoutOf(timeout), intake };
}

function checkNames(options: unknown): void {
  if (!isObject(options)) throw refusal(`options ${inspect(options)}; allowed: an object`, "{ timeout: '5s' }");
  const unknown = Object.keys(options).find((key) => !KNOWN.includes(key));
  const name: unknown = Reflect.get(options, 'name');
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '')) {
    throw refusal(`name ${inspect(name)}; allowed: a name`, "name: 'renderer'");
  }
  if (unknown !== undefined) throw refusal(`the option ${unknown}; allowed: ${KNOWN.join(', ')}`, "timeout: '5s'");
}

function checkHowToTell(child: ChildProcess | Worker, { signal, message }: FollowOptions): void {
  if (signal !== undefined && !Object.hasOwn(constants.signals, signal)) {
    throw refusal(`signal ${inspect(signal)}; allowed: the name of a signal`, "signal: 'SIGTERM'");
  }
  if (signal !== undefined && child instanceof Worker) {
    throw refusal('a signal for a thread; allowed: a message', "message: 'shutdown'");
  }
  if (message !== undefined && child instanceof ChildProcess && typeof child.send !== 'function') {
    throw refusal('a message for a process without a channel; allowed: a signal', "signal: 'SIGTERM', or use fork()");
  }
}

function timeoutOf(timeout: Duration): number {
  const ms = parseDuration(timeout);
  if (ms !== undefined && ms > 0) return ms;
  throw refusal(`timeout ${inspect(timeout)}; allowed: a duration above 0`, "timeout: '5s'");
}

function refusal(received: string, example: string): LifecycleError {
  return new LifecycleError('INVALID_SOURCE', `follow() received ${received}. Type ${example}.`);
}
