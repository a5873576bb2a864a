import { type ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { type FollowSettings } from './follow-options.js';
import { type Runner, type RunnerEnd } from './runner.js';

/** A process that this one has started. */
export class ChildRunner implements Runner {
  readonly kind = 'process';

  constructor(
    private readonly child: ChildProcess,
    private readonly settings: Pick<FollowSettings, 'name' | 'signal' | 'message'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  get name(): string {
    return `${this.settings.name ?? commandOf(this.child)} (pid ${this.child.pid ?? 'none'})`;
  }

  /** One that could not be started has no id. */
  get isOver(): boolean {
    const { exitCode, signalCode, pid } = this.child;
    return exitCode !== null || signalCode !== null || pid === undefined;
  }

  tell(): void {
    const { message, signal } = this.settings;
    if (message === undefined || !this.child.connected) return this.#signal(signal);
    this.child.send(message, (error) => (error === null ? undefined : this.#signal(signal)));
  }

  kill(): void {
    this.#signal('SIGKILL');
  }

  onEnd(listener: (end: RunnerEnd) => void): () => void {
    const onExit = (code: number | null, signal: NodeJS.Signals | null): void => listener({ code, signal });
    this.child.once('exit', onExit);
    return () => void this.child.removeListener('exit', onExit);
  }

  /** The signal that it was told with ends a process that does not listen for it: then it has done as it was told. */
  faultOf({ code, signal }: RunnerEnd): string | undefined {
    if (signal !== null) return signal === this.settings.signal ? undefined : `was ended by ${signal}`;
    return code === 0 ? undefined : `ended with exit code ${code ?? 'unknown'}`;
  }

  /** A signal that may not be sent is an `error` of the child at once, which ends this process where nothing listens. */
  #signal(signal: NodeJS.Signals): void {
    if (this.isOver) return;
    this.child.once('error', this.onError);
    try {
      this.child.kill(signal);
    } finally {
      this.child.removeListener('error', this.onError);
    }
  }
}

/** Arguments may hold secrets, so only the file that Node runs, or the command, is named. */
function commandOf({ spawnfile, spawnargs }: ChildProcess): string {
  const script = spawnargs.slice(1).find((argument) => /^[^-].*\.[cm]?[jt]s$/.test(argument));
  return basename(/^node(\.exe)?$/.test(basename(spawnfile)) ? (script ?? spawnfile) : spawnfile);
}
