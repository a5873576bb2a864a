import { type ChildProcess } from 'node:child_process';
import { startProgram } from './programs.js';
import { within } from './within.js';

/** What a helper program may be started with. */
interface HelperOptions {
  /** The core that it may use. */
  readonly cpu?: number;
  /** The Node that it runs on. Default: the Node of this process. */
  readonly nodePath?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program that answers each message with a result or an error. */
export class HelperProgram<Command extends object, Result> {
  readonly #ended: Promise<never>;

  private constructor(private readonly child: ChildProcess) {
    this.#ended = new Promise((_, reject) => {
      child.once('exit', (code) => reject(new Error(`a helper program has ended with ${code}`)));
    });
    this.#ended.catch(() => undefined);
  }

  /** Starts `file`, and waits for its first message. */
  static async start<Command extends object, Result>(
    file: string,
    options: HelperOptions = {},
  ): Promise<HelperProgram<Command, Result>> {
    const child = startProgram(file, {
      nodePath: process.execPath,
      ipc: true,
      nodeArgs: ['--max-old-space-size=4096'],
      ...options,
    });
    child.stderr?.pipe(process.stderr);
    const helper = new HelperProgram<Command, Result>(child);
    await helper.#message();
    return helper;
  }

  /** Tells it what to do, and waits for the result; not longer than `ms`. */
  async do(command: Command, ms: number): Promise<Result> {
    const answer = this.#message();
    this.child.send(command);
    const { result, error } = (await within(ms, answer, JSON.stringify(command))) as {
      result?: Result;
      error?: string;
    };
    if (error !== undefined) throw new Error(error);
    return result as Result;
  }

  stop(): void {
    this.child.kill('SIGKILL');
  }

  #message(): Promise<unknown> {
    return Promise.race([new Promise((resolve) => this.child.once('message', resolve)), this.#ended]);
  }
}
