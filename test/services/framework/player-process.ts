import { execFileSync, type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { root } from '../../support/repository.js';
import { type Observation, type Run } from './run/play.js';
import { type Entry, type Played } from './run/player.js';

/** A Nest that applications are played on. */
export type NestMajor = 11 | 12;

/** Where scripts/build-programs.js leaves the applications and what runs them. */
export const frameworkFolders: Readonly<Record<NestMajor, string>> = {
  11: resolve(root, 'compat/nest11/dist/framework/services/framework'),
  12: resolve(root, 'dist/framework/nest12/services/framework'),
};

/** Which applications there are. */
export function listApplications(nest: NestMajor): readonly Entry[] {
  const player = resolve(frameworkFolders[nest], 'run/player.js');
  return JSON.parse(execFileSync(process.execPath, [player, '--list'], { encoding: 'utf8' })) as Entry[];
}

/**
 * A process that plays applications one after the other, so that the packages are loaded once. One that dies is replaced
 * for the next run.
 */
export class PlayerProcess {
  #child: ChildProcess | undefined;
  #output = '';

  constructor(private readonly nest: NestMajor) {}

  /** Rejects with what the process has written when the run fails, or ends the process. */
  async play(run: Run): Promise<Observation> {
    const child = (this.#child ??= this.#start());
    this.#output = '';
    const over = new AbortController();
    const answered = once(child, 'message', over) as Promise<[Played]>;
    const died = once(child, 'exit', over).then(([code, signal]) => {
      this.#child = undefined;
      throw new Error(`${run.mode}: the process ended with ${String(signal ?? code)}\n${this.#output}`);
    });
    child.send(run);
    try {
      const [{ observation, error }] = await Promise.race([answered, died]);
      if (observation === undefined) throw new Error(`${run.mode}: ${error}\n${this.#output}`);
      return observation;
    } finally {
      // Neither is waited for any longer, and both say so.
      for (const waiting of [answered, died]) waiting.catch(() => undefined);
      over.abort();
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  #start(): ChildProcess {
    const child = fork(resolve(frameworkFolders[this.nest], 'run/player.js'), [], {
      // A test must not depend on what the machine happens to set, nor on what Jest does.
      env: { PATH: process.env.PATH, ...serversOf(process.env) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString();
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    return child;
  }
}

/** The variables that say where brokers and stores are. */
export function serversOf(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['REDIS_URL', 'RABBITMQ_URL', 'NATS_URL', 'MQTT_URL', 'DATABASE_URL'];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}
