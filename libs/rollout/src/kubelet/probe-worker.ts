import { type Clock, elapsed } from '../clock/clock.js';
import { type Probe } from '../scenario/scenario.js';
import { askedWithin } from './asked-within.js';
import { type ProbeAnswer } from './prober.js';

/** What a worker is given. */
export interface ProbeWorkerOptions {
  readonly clock: Clock;
  readonly probe: Probe;
  /** When the pod came to its node. Every period from there on is a turn. */
  readonly beatSince: number;
  /** Whether the container may be asked at this turn; a turn at which it may not passes without a word. */
  readonly mayAsk: () => boolean;
  readonly ask: (signal: AbortSignal) => Promise<ProbeAnswer>;
  readonly onAnswer: (answer: ProbeAnswer) => void;
  /** Called when as many answers in a row as the threshold asks say the same, and again with each further one. */
  readonly onResult: (isSuccess: boolean) => void;
}

/**
 * One probe of one container. Its turns are those of its pod, whose ticker the kubelet starts when the pod comes to the node, so that
 * a container meets its first one after less than a period. As with a Go ticker, a turn that passed during an answer is made
 * up for once. A turn out of order starts the period anew (`run` in the kubelet's prober/worker.go).
 */
export class ProbeWorker {
  readonly #stop = new AbortController();
  #extraTurn = new AbortController();
  #beatSince: number;
  /** How many turns of the beat have passed. */
  #turns: number;
  #last: boolean | undefined;
  #run = 0;

  constructor(private readonly options: ProbeWorkerOptions) {
    this.#beatSince = options.beatSince;
    this.#turns = this.#passed();
  }

  async start(): Promise<void> {
    const { mayAsk, onAnswer } = this.options;
    while (!this.#stop.signal.aborted) {
      await this.#nextTurn();
      if (this.#stop.signal.aborted) return;
      if (!mayAsk()) continue;
      const answer = await this.#ask();
      if (this.#stop.signal.aborted) return;
      onAnswer(answer);
      this.#count(answer.isSuccess);
    }
  }

  /** A turn out of order: now, or right after the answer that is awaited. */
  trigger(): void {
    this.#extraTurn.abort();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #nextTurn(): Promise<void> {
    const { clock, probe } = this.options;
    const passed = this.#passed();
    if (passed > this.#turns && !this.#extraTurn.signal.aborted) {
      this.#turns = passed;
      return;
    }
    const inMs = this.#beatSince + (this.#turns + 1) * probe.periodMs - clock.now();
    await elapsed(clock, inMs, AbortSignal.any([this.#stop.signal, this.#extraTurn.signal]));
    if (this.#extraTurn.signal.aborted) this.#beginAnew();
    else this.#turns += 1;
  }

  #beginAnew(): void {
    this.#extraTurn = new AbortController();
    this.#beatSince = this.options.clock.now();
    this.#turns = 0;
  }

  #passed(): number {
    return Math.floor((this.options.clock.now() - this.#beatSince) / this.options.probe.periodMs);
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
