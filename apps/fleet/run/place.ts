import { setTimeout as wait } from 'node:timers/promises';
import { type InstanceStatus, readInstance } from '../stack/instance-status.js';
import { freePort } from './free-port.js';

const LOOK_MS = 250;
/** Looks in a row that find it not ready, as `failureThreshold` of a probe: one may be late on a busy machine. */
const FAILURES = 2;
/** After SIGTERM the endpoint goes whatever the probe says, as in Kubernetes: not at once, and well within the lame duck. */
const ENDPOINT_LAG_MS = 300;

/**
 * Where an instance of a service runs: its ports stay the same, so that nothing has to be told of each new process. It is watched as
 * Kubernetes would: by its probe.
 */
export class Place {
  /** What the instance said last; `undefined` while there is none. */
  status: InstanceStatus | undefined;
  private readonly stopped = new AbortController();
  private watching: Promise<void> | undefined;
  private failures = FAILURES;
  private isTerminating = false;
  private leaving: NodeJS.Timeout | undefined;

  private constructor(
    readonly name: string,
    readonly port: number,
    readonly probePort: number,
  ) {}

  static async create(name: string): Promise<Place> {
    return new Place(name, await freePort(), await freePort());
  }

  get probeUrl(): string {
    return `http://127.0.0.1:${this.probePort}`;
  }

  get isReady(): boolean {
    return this.failures < FAILURES && !this.isTerminating;
  }

  /** A new instance is about to start here: what was known is of the one before. */
  occupy(): void {
    clearTimeout(this.leaving);
    this.isTerminating = false;
    this.failures = FAILURES;
  }

  /** The instance here was told to stop. */
  terminate(): void {
    this.leaving = setTimeout(() => (this.isTerminating = true), ENDPOINT_LAG_MS);
  }

  watch(): void {
    this.watching ??= this.look();
  }

  /** Stops to watch. */
  async leave(): Promise<void> {
    this.stopped.abort();
    clearTimeout(this.leaving);
    await this.watching;
  }

  private async look(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      this.status = await readInstance(this.probeUrl);
      this.failures = this.status?.isReady === true ? 0 : this.failures + 1;
      // The only way it rejects is by the signal.
      await wait(LOOK_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
