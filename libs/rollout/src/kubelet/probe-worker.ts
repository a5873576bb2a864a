import { type Clock, elapsed } from '../clock/clock.js';
import { type Probe } from '../scenario/scenario.js';
import { askedWithin } from './asked-within.js';
import { type ProbeAnswer } from './prober.js';

/** What a worker is given. */
export interface ProbeWorkerOptions {
  readonly clock: Clock;
  readonly probe: Probe;
  /** What is left of the initial delay. */
  readonly firstInMs: number;
  readonly ask: (signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly onAnswer: (answer: ProbeAnswer) => void;
  /** Called when as many answers in a row as the threshold asks say the same, and again with each further one. */
  readonly onResult: (isSuccess: boolean) => void;
}

/**
 * One probe of one container: asks once the initial delay is over, and then every period; as with a Go ticker, a period that passed
 * during an answer is made up for once.
 */
export class ProbeWorker {
  readonly #stop = new AbortController();
  #last: boolean | undefined;
  #run = 0;

  constructor(private readonly options: ProbeWorkerOptions) {}

  async start(): Promise<void> {
    const { clock, probe, firstInMs, onAnswer } = this.options;
    await elapsed(clock, firstInMs, this.#stop.signal);
    const startedAt = clock.now();
    for (let ticks = 0; !this.#stop.signal.aborted;) {
      const answer = await this.#ask();
      if (this.#stop.signal.aborted) return;
      onAnswer(answer);
      this.#count(answer.isSuccess);
      const passed = Math.floor((clock.now() - startedAt) / probe.periodMs);
      const isMissed = passed > ticks;
      ticks = isMissed ? passed : ticks + 1;
      if (!isMissed) await elapsed(clock, startedAt + ticks * probe.periodMs - clock.now(), this.#stop.signal);
    }
  }

  stop(): void {
    this.#stop.abort();
  }

  #ask(): Promise<ProbeAnswer> {
    const { clock, probe, ask } = this.options;
    const timeout = { isSuccess: false, detail: `no answer within ${probe.timeoutMs} ms` };
    return askedWithin({ clock, ms: probe.timeoutMs, stop: this.#stop.signal }, timeout, ask);
  }

  #count(isSuccess: boolean): void {
    const { probe, onResult } = this.options;
    this.#run = isSuccess === this.#last ? this.#run + 1 : 1;
    this.#last = isSuccess;
    if (this.#run >= (isSuccess ? probe.successThreshold : probe.failureThreshold)) onResult(isSuccess);
  }
}
