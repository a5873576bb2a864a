import { type Clock } from '../deadline/clock.js';
import { Deadline } from '../deadline/deadline.js';
import { deferred } from '../deadline/deferred.js';
import { formatDuration } from '../deadline/duration.js';
import { LifecycleError } from '../errors/lifecycle-error.js';
import { type StopOrder } from '../parent/parent-messages.js';
import { type AcceptingPorts } from './accepting-ports.js';
import { ClosingWorkers } from './closing-workers.js';
import { type ClusterLog } from './cluster-log.js';
import { type ClusterSettings } from './cluster-options.js';
import { type ClusterReport, type WorkerReport, worstExitCode } from './cluster-report.js';
import { type ClusterWorker, type OnClosing } from './cluster-worker.js';
import { WorkerSlot } from './worker-slot.js';

/** Where a cluster is in its life. */
export type ClusterState = 'starting' | 'serving' | 'stopping' | 'stopped';

/** An order to stop, with the signal for workers that know no messages. */
export interface ClusterStop extends StopOrder {
  readonly signal: NodeJS.Signals;
  /** The exit code of the worker that is the reason: that of others, which were only told to stop, does not hide it. */
  readonly exitCode?: number;
}

interface PrimaryParts {
  readonly clock: Clock;
  readonly settings: Pick<ClusterSettings, 'workers' | 'budgetMs' | 'restart' | 'startTimeoutMs'>;
  readonly log: ClusterLog;
  readonly fork: (onClosing: OnClosing) => ClusterWorker;
  readonly ports: Pick<AcceptingPorts, 'close'>;
}

/** How long the system may take to end a process that is killed. */
const KILL_MS = 1000;
/** How long a worker may take to end after a second signal. */
const FORCED_MS = 1000;

/** The primary of a cluster: keeps its workers, replaces them one after the other, and stops them within one budget. */
export class ClusterPrimary {
  #state: ClusterState = 'starting';
  readonly #slots: WorkerSlot[];
  /** Every worker that has not ended, those of a reload included. */
  readonly #running = new Set<ClusterWorker>();
  readonly #closing: ClosingWorkers;
  readonly #stopBegun = deferred();
  readonly #stopped = deferred();
  readonly #served = deferred();
  #hasServed = false;
  #stopping: Promise<ClusterReport> | undefined;
  #reloading: Promise<void> | undefined;
  #nextReload: Promise<void> | undefined;
  #replaced = 0;
  #reloaded = 0;
  #report: ClusterReport | undefined;

  constructor(private readonly parts: PrimaryParts) {
    const { settings, clock, ports } = parts;
    this.#closing = new ClosingWorkers({
      running: () => this.#running,
      isStopping: () => this.#stopping !== undefined,
      close: (port) => ports.close(port, new Deadline(clock, clock.now())),
    });
    this.#slots = Array.from({ length: settings.workers }, () => new WorkerSlot(settings.restart, clock));
  }

  get state(): ClusterState {
    return this.#state;
  }

  get report(): ClusterReport | undefined {
    return this.#report;
  }

  /** Resolves when the cluster begins to stop. */
  get stopBegun(): Promise<void> {
    return this.#stopBegun.promise;
  }

  /** Resolves once the report is there. */
  get stopped(): Promise<void> {
    return this.#stopped.promise;
  }

  /** The workers that have not ended. */
  get running(): readonly ClusterWorker[] {
    return [...this.#running];
  }

  /** Starts all workers. Resolves once all are ready, or the cluster stops before. */
  async serve(): Promise<void> {
    for (const slot of this.#slots) this.#fill(slot);
    await Promise.race([this.#served.promise, this.#stopBegun.promise]);
  }

  /**
   * Replaces one worker after the other: the new one is ready before the old one is told to stop. Asked for during a reload, it
   * begins anew after that.
   *
   * @throws LifecycleError `WORKER_NOT_READY` when a new worker does not become ready; those that are there go on. `SHUTTING_DOWN`
   *   while the cluster stops
   */
  reload(): Promise<void> {
    if (this.#reloading === undefined) {
      const reloading = this.#reloadAll().finally(() => {
        this.#reloading = undefined;
      });
      this.#reloading = reloading;
      return reloading;
    }
    const before = this.#reloading;
    this.#nextReload ??= (async (): Promise<void> => {
      await Promise.allSettled([before]);
      this.#nextReload = undefined;
      await this.reload();
    })();
    return this.#nextReload;
  }

  /** Tells every worker to stop, waits for all, and kills those that have not ended when the budget is used up. */
  stop(order: ClusterStop): Promise<ClusterReport> {
    return (this.#stopping ??= this.#stop(order));
  }

  /** A second signal: no worker is waited for any longer. */
  async force(signal: NodeJS.Signals): Promise<void> {
    this.parts.log.write('warn', `${signal} again: ending at once`);
    for (const worker of this.#running) worker.repeat(signal);
    await this.#ended(FORCED_MS);
    await this.#kill();
  }

  async #stop(order: ClusterStop): Promise<ClusterReport> {
    const { clock, settings, log } = this.parts;
    const startedAt = clock.now();
    this.#state = 'stopping';
    this.#stopBegun.resolve();
    const ended = this.#slots.flatMap((slot) => slot.leave() ?? []);
    const told = [...this.#running];
    log.write('log', `${order.reason}: stopping ${told.length} workers within ${formatDuration(settings.budgetMs)}`);
    for (const worker of told) worker.tell(order);
    await this.#ended(settings.budgetMs);
    await this.#kill('did not end in time');
    const workers = [...ended, ...told.map(reportOf)].toSorted((a, b) => a.id - b.id);
    this.#state = 'stopped';
    this.#report = {
      reason: order.reason,
      durationMs: Math.round(clock.now() - startedAt),
      exitCode: order.exitCode ?? worstExitCode(workers),
      workers,
      replaced: this.#replaced,
      reloaded: this.#reloaded,
    };
    this.#stopped.resolve();
    return this.#report;
  }

  /** Resolves once no worker runs, after `ms` at the latest. */
  async #ended(ms: number): Promise<void> {
    const all = Promise.all([...this.#running].map(({ ended }) => ended));
    await new Deadline(this.parts.clock, this.parts.clock.now() + ms).settle(all);
  }

  async #kill(reason = 'is killed'): Promise<void> {
    for (const worker of this.#running) {
      this.parts.log.write('error', `${worker.name} ${reason}: SIGKILL`);
      worker.kill();
    }
    await this.#ended(KILL_MS);
  }

  #fill(slot: WorkerSlot): void {
    const worker = this.#start();
    slot.worker = worker;
    void worker.ended.then(() => (slot.worker === worker ? this.#endedByItself(slot, worker) : undefined));
    void worker.ready.then(() => this.#becameReady());
  }

  #start(): ClusterWorker {
    const { clock, fork, settings, log } = this.parts;
    const worker = fork((asking, question) => this.#closing.ask(asking, question));
    this.#running.add(worker);
    const cancel = clock.after(settings.startTimeoutMs, () => {
      log.write('error', `${worker.name} was not ready within ${formatDuration(settings.startTimeoutMs)}: SIGKILL`);
      worker.kill();
    });
    void worker.ready.then(cancel);
    void worker.ended.then(() => {
      cancel();
      this.#running.delete(worker);
      this.#closing.ended();
    });
    return worker;
  }

  #becameReady(): void {
    this.#hasServed = true;
    if (this.#state !== 'starting' || !this.#slots.every(({ worker }) => worker?.isReady)) return;
    this.#state = 'serving';
    this.parts.log.write('log', `${this.#slots.length} workers are ready`);
    this.#served.resolve();
  }

  #endedByItself(slot: WorkerSlot, worker: ClusterWorker): void {
    if (this.#stopping !== undefined) return;
    const { exitCode, how } = reportOf(worker);
    const waitMs = this.#hasServed ? slot.backoff?.next(this.parts.clock.now() - worker.startedAt) : undefined;
    const fact = `${worker.name} ${how === 'killed' ? 'was killed' : 'has ended by itself'} with ${exitCode}`;
    if (waitMs === undefined) {
      const why = this.#hasServed ? 'is not replaced' : 'was not ready before';
      const cause = exitCode === 0 ? {} : { exitCode };
      void this.stop({ reason: `${fact} and ${why}`, signal: 'SIGTERM', ...cause });
      return;
    }
    this.parts.log.write('warn', `${fact}: another one starts in ${formatDuration(waitMs)}`);
    slot.refill(waitMs, () => {
      this.#replaced += 1;
      this.#fill(slot);
    });
  }

  async #reloadAll(): Promise<void> {
    for (const [index, slot] of this.#slots.entries()) {
      this.#refuseWhileStopping();
      await this.#replace(slot);
      this.#reloaded += 1;
      this.parts.log.write('log', `reloaded ${index + 1} of ${this.#slots.length} workers`);
    }
  }

  async #replace(slot: WorkerSlot): Promise<void> {
    const { clock, settings } = this.parts;
    const next = this.#start();
    await Promise.race([next.ready, next.ended, this.#stopBegun.promise]);
    this.#refuseWhileStopping();
    if (!next.isReady) {
      const { exitCode } = reportOf(next);
      throw new LifecycleError(
        'WORKER_NOT_READY',
        `The reload has ended: the new ${next.name} ended with ${exitCode} before it was ready. The workers that are there go on. ` +
          'Look at what it has written, and reload again.',
      );
    }
    const old = slot.worker;
    slot.adopt(next);
    void next.ended.then(() => (slot.worker === next ? this.#endedByItself(slot, next) : undefined));
    if (old === undefined) return;
    old.tell({ reason: 'reload', signal: 'SIGTERM' });
    await Promise.race([
      new Deadline(clock, clock.now() + settings.budgetMs).settle(old.ended),
      this.#stopBegun.promise,
    ]);
    this.#refuseWhileStopping();
    if (old.report === undefined) {
      this.parts.log.write('error', `${old.name} did not end in time: SIGKILL`);
      old.kill();
      return;
    }
    const { exitCode } = old.report;
    if (exitCode !== 0) this.parts.log.write('warn', `${old.name} has ended with ${exitCode}`);
  }

  #refuseWhileStopping(): void {
    if (this.#stopping === undefined) return;
    throw new LifecycleError('SHUTTING_DOWN', 'The cluster is stopping, so no worker is replaced.');
  }
}

/** How a worker ended. One that the system has not ended although it was killed counts as killed. */
function reportOf({ report, id, pid, isReady }: ClusterWorker): WorkerReport {
  return report ?? { id, pid, how: 'killed', exitCode: 137, signal: null, wasReady: isReady, livedMs: 0 };
}
