import { constants } from 'node:os';
import { setImmediate } from 'node:timers';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { ProcessSignals } from '../signals/process-signals.js';
import { GUARD_MS } from '../signals/repeated-signals.js';
import { replaceProcessSignals } from '../signals/shared-process-signals.js';
import { replaceClock } from '../deadline/clock.js';
import { TestClock } from './test-clock.js';

/** How the process of a service under test would have ended. */
export interface ProcessEnding {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

type Listener = (...args: unknown[]) => void;

const IN_USE = Symbol.for('nestjs-lifecycle.test-process');
/** The events whose listeners are replaced: Nest listens to nearly all signals. */
const EVENTS = [...Object.keys(constants.signals), 'exit'];

/**
 * Takes the place of the process while a service is tested. Signals come only from the test and reach only the service,
 * and what would end the process ends only the service. {@link restore} undoes all of it.
 */
export class TestProcess {
  readonly clock = new TestClock();
  readonly ended: Promise<ProcessEnding>;
  /** The guard of an unwrapped process: each signal comes from the test itself, however the test was started. */
  readonly #signals = new ProcessSignals(this.clock, () => GUARD_MS);
  #end: (ending: ProcessEnding) => void = () => undefined;
  readonly #undo: (() => void)[] = [];
  /** Until then `process.exit` throws: there is no service yet whose end could be awaited. */
  hasStarted = false;

  /** @throws LifecycleError while another test's service runs */
  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#claim();
    for (const event of EVENTS) this.#setAside(event);
    const signals = this.#signals;
    this.#undo.push(replaceClock(this.clock), replaceProcessSignals(signals), () => signals.release());
    this.#catchEnds();
  }

  /** Acts as if the signal had been sent from outside. */
  signal(signal: NodeJS.Signals): void {
    this.#hand(signal, () => this.#signals.arrive(signal));
  }

  /** Without a listener, the default action of nearly every signal ends the process. */
  #hand(signal: NodeJS.Signals, emit: () => boolean): void {
    if (!emit()) this.#end({ exitCode: null, signal });
  }

  /** Restores everything. */
  restore(): void {
    this.clock.stop();
    for (const undo of this.#undo.splice(0).toReversed()) undo();
  }

  #claim(): void {
    const shared = globalThis as { [IN_USE]?: TestProcess };
    if (shared[IN_USE] !== undefined) {
      throw new LifecycleError(
        'TEST_SERVICE_RUNNING',
        'Another service is being tested in this process: signals reach only one at a time. ' +
          'Write `await using service = await startService(…)`, or call `await service.close()`, in the test before.',
      );
    }
    shared[IN_USE] = this;
    this.#undo.push(() => {
      delete shared[IN_USE];
    });
  }

  /** Removes the listeners of an event, such as those of the test runner: events of the service must not reach them. */
  #setAside(event: string): void {
    // Node types every event's listeners apart.
    const emitter = process as NodeJS.EventEmitter;
    const others = emitter.rawListeners(event) as Listener[];
    for (const listener of others) emitter.removeListener(event, listener);
    this.#undo.push(() => {
      for (const listener of emitter.rawListeners(event) as Listener[]) emitter.removeListener(event, listener);
      for (const listener of others) emitter.on(event, listener);
    });
  }

  #catchEnds(): void {
    const { exitCode } = process;
    // As in a new process, whatever has run in this one before.
    process.exitCode = undefined;
    const realKill = process.kill.bind(process);
    // Its caller expects that nothing follows; nothing of ours does.
    this.#replace('exit', (code?: number) => this.#exit(code));
    this.#replace('abort', () => this.#abort());
    this.#replace('kill', (pid: number, signal: NodeJS.Signals | number = 'SIGTERM') => {
      if (pid !== process.pid || typeof signal === 'number') return realKill(pid, signal);
      // Sent from inside the process, unlike a signal of the test.
      setImmediate(() => this.#hand(signal, () => process.emit(signal, signal)));
      return true;
    });
    this.#undo.push(() => {
      process.exitCode = exitCode;
    });
  }

  #replace(name: 'abort' | 'exit' | 'kill', value: (...args: never[]) => unknown): void {
    const before = Object.getOwnPropertyDescriptor(process, name);
    Object.defineProperty(process, name, { value, configurable: true, writable: true });
    this.#undo.push(() => {
      if (before === undefined) Reflect.deleteProperty(process, name);
      else Object.defineProperty(process, name, before);
    });
  }

  #exit(code: number | undefined): void {
    this.#refuseWhileStarting(`process.exit(${code ?? ''})`);
    if (code !== undefined) process.exitCode = code;
    process.emit('exit', Number(process.exitCode ?? 0));
    this.#end({ exitCode: Number(process.exitCode ?? 0), signal: null });
  }

  #abort(): void {
    this.#refuseWhileStarting('process.abort()');
    this.#end({ exitCode: null, signal: 'SIGABRT' });
  }

  #refuseWhileStarting(call: string): void {
    if (this.hasStarted) return;
    throw new LifecycleError(
      'TEST_SERVICE_ENDED',
      `The service called ${call} while it started; its log says why. ` +
        'Nest does so after an error: pass { abortOnError: false } to NestFactory.create(), and the error comes here.',
    );
  }
}
