import cluster from 'node:cluster';
import { systemClock } from '../deadline/clock.js';
import { nameText } from '../errors/safe-text.js';
import { PRIMARY_VARIABLE } from '../parent/tell-parent.js';
import { systemdHere } from '../systemd/systemd.js';
import { AcceptingPorts } from './accepting-ports.js';
import { ClusterLog } from './cluster-log.js';
import { type ClusterOptions, readClusterOptions } from './cluster-options.js';
import { ClusterPrimary, type ClusterState } from './cluster-primary.js';
import { type ClusterReport } from './cluster-report.js';
import { ClusterWorker, type OnClosing } from './cluster-worker.js';
import { PrimaryProcess } from './primary-process.js';

/** A worker process that runs. */
export interface RunningWorker {
  /** Its number, as `cluster.worker.id` has it. */
  readonly id: number;
  readonly pid: number | undefined;
  readonly isReady: boolean;
}

/** A cluster, as its primary sees it. */
export interface RunningCluster {
  readonly state: ClusterState;
  /** The workers that run, those of a reload under way included. */
  readonly workers: readonly RunningWorker[];
  /** How it ended; `undefined` before. */
  readonly report: ClusterReport | undefined;
  /**
   * Replaces one worker after the other: the new one is ready before the old one is told to stop. Called during a reload, it begins
   * anew after that.
   *
   * @throws LifecycleError `WORKER_NOT_READY` when a new worker does not become ready: the workers that are there go on.
   *   `SHUTTING_DOWN` while the cluster stops
   */
  reload(): Promise<void>;
  /** Stops the cluster as a SIGTERM would, and ends the process. Joins a stop that has begun. */
  stop(reason?: string): Promise<ClusterReport>;
}

/**
 * Runs `work` in several processes of `node:cluster`, which share their ports. The primary passes signals on, replaces workers that end
 * by themselves, waits for all at the stop, kills those that do not end in time, and ends with the worst exit code.
 *
 * @param work what a worker does: starts the service. In the primary it is not called
 * @returns the cluster, in the primary, once every worker is ready or the cluster stops; `undefined` in a worker, once `work` has
 *   settled. A process that another primary has started, such as that of PM2, is a worker
 * @throws LifecycleError `INVALID_CLUSTER` when the options cannot be used; what `work` throws, in a worker
 */
export async function runCluster(options: ClusterOptions, work: () => unknown): Promise<RunningCluster | undefined> {
  if (cluster.isWorker) {
    await work();
    return undefined;
  }
  const { isTTY } = process.stdin;
  const variable = (name: string): string | undefined => process.env[name];
  const settings = readClusterOptions(options, { variable, platform: process.platform, isTerminal: isTTY });
  const log = new ClusterLog(settings.log);
  const clock = systemClock;
  // Before the first worker is started, which is not to tell systemd anything.
  const systemd = systemdHere((message) => log.write('warn', message));
  const fork = (onClosing: OnClosing): ClusterWorker =>
    new ClusterWorker(cluster.fork({ [PRIMARY_VARIABLE]: process.pid }), clock, onClosing);
  const primary = new ClusterPrimary({ clock, settings, log, fork, ports: new AcceptingPorts() });
  const owner = new PrimaryProcess(primary, { clock, settings, log, systemd, isTerminal: isTTY });
  owner.listen();
  await primary.serve();
  owner.serving();
  return {
    get state() {
      return primary.state;
    },
    get workers() {
      return primary.running.map(({ id, pid, isReady }) => ({ id, pid, isReady }));
    },
    get report() {
      return primary.report;
    },
    reload: () => primary.reload(),
    stop: (reason = 'stop()') => primary.stop({ reason: nameText(reason), signal: 'SIGTERM' }),
  };
}
