import { constants } from 'node:os';
import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { formatDuration } from '../deadline/duration.js';
import { awaitForeign } from '../errors/foreign-call.js';
import { describeError } from '../errors/lifecycle-error.js';
import { tellReady } from '../parent/tell-parent.js';
import { endProcess } from '../signals/end-process.js';
import { watchParentMessages } from '../signals/parent-messages.js';
import { flushOutput } from '../signals/pending-output.js';
import { guardHere, RepeatedSignals } from '../signals/repeated-signals.js';
import { type Systemd } from '../systemd/systemd.js';
import { type ClusterLog } from './cluster-log.js';
import { type ClusterSettings } from './cluster-options.js';
import { type ClusterPrimary } from './cluster-primary.js';

interface ProcessParts {
  readonly clock: Clock;
  readonly settings: Pick<ClusterSettings, 'signals' | 'reloadSignal' | 'onReport' | 'budgetMs'>;
  readonly log: ClusterLog;
  readonly systemd: Systemd | undefined;
  /** Whether SIGHUP tells that the terminal is closed. */
  readonly isTerminal: boolean;
}

/** How long output and `onReport` may take before the process ends. */
const LAST_MS = 500;

/** The process of a primary: what it hears, and how it ends. */
export class PrimaryProcess {
  readonly #repeats: RepeatedSignals;
  #hasBegun = false;

  constructor(
    private readonly primary: ClusterPrimary,
    private readonly parts: ProcessParts,
  ) {
    this.#repeats = new RepeatedSignals({ clock: parts.clock, guardMs: guardHere }, () => undefined);
  }

  /** Listens for signals, and for messages of a parent such as PM2. */
  listen(): void {
    const { signals, reloadSignal } = this.parts.settings;
    const stops = new Set([...signals, ...(this.parts.isTerminal ? (['SIGHUP'] as const) : [])]);
    if (reloadSignal !== undefined) stops.delete(reloadSignal);
    for (const signal of stops) process.on(signal, () => this.#came(signal));
    if (reloadSignal !== undefined) process.on(reloadSignal, () => this.#reload(reloadSignal));
    watchParentMessages(({ reason, signal = 'SIGTERM' }) => void this.primary.stop({ reason, signal }));
    void this.primary.stopBegun.then(() => this.#began());
    void this.primary.stopped.then(() => this.#end());
  }

  /** Every worker is ready. */
  serving(): void {
    if (this.primary.state !== 'serving') return;
    this.parts.systemd?.ready();
    tellReady();
  }

  #came(signal: NodeJS.Signals): void {
    if (this.#hasBegun) {
      if (this.#repeats.isMeant(signal)) void this.#force(signal);
      return;
    }
    this.#began();
    void this.primary.stop({ reason: signal, signal });
  }

  #began(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.parts.systemd?.stopping(this.parts.settings.budgetMs);
    this.#repeats.begin();
  }

  async #force(signal: NodeJS.Signals): Promise<void> {
    await this.primary.force(signal);
    endProcess(128 + constants.signals[signal]);
  }

  #reload(signal: NodeJS.Signals): void {
    const { log } = this.parts;
    log.write('log', `${signal}: replacing one worker after the other`);
    this.primary.reload().then(
      () => log.write('log', 'all workers are replaced'),
      (error: unknown) => log.write('error', describeError(error)),
    );
  }

  async #end(): Promise<void> {
    const { log, settings, clock } = this.parts;
    const { report } = this.primary;
    if (report === undefined) return;
    const { exitCode, durationMs, workers } = report;
    const codes = workers.map(({ id, exitCode: code, how }) => `${id}: ${how} with ${code}`);
    const level = exitCode === 0 ? 'log' : 'error';
    log.write(level, `stopped after ${formatDuration(durationMs)} with ${exitCode} (workers ${codes.join(', ')})`);
    const onError = (name: string, error: unknown): void =>
      log.write('error', `${name} failed: ${describeError(error)}`);
    const told = awaitForeign({ name: 'onReport()', fallback: undefined, onError }, () => settings.onReport(report));
    await new Deadline(clock, clock.now() + LAST_MS).settle(told);
    await flushOutput(LAST_MS);
    endProcess(exitCode);
  }
}
