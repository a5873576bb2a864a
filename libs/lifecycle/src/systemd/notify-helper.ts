import { type ChildProcess, spawn } from 'node:child_process';
import { type Clock } from '../deadline/clock.js';
import { safeLine } from '../events/safe-fields.js';
import { describeError } from '../errors/lifecycle-error.js';
import { PERL, PYTHON, SHELL } from './notify-scripts.js';

interface HelperParts {
  /** The value of `NOTIFY_SOCKET`. */
  readonly socket: string;
  readonly clock: Clock;
  /** What does not work, as a sentence. Each is told once. */
  readonly onFault: (text: string) => void;
  /** Where the commands are looked for. */
  readonly path: string | undefined;
}

/** systemd is told within so many milliseconds; later, a warning tells that it was not. */
const ANSWER_MS = 10_000;
/** More lines than these wait for nothing: the helper hangs. */
const MOST_WAITING = 100;

/**
 * A process that sends lines to the socket of systemd: Node has no datagram sockets of that kind. It is started once, because a
 * process that is started at the stop holds the event loop up for longer the more memory the service has.
 */
export class NotifyHelper {
  readonly #child: ChildProcess;
  readonly #told = new Set<string>();
  #waiting = 0;
  #isOver = false;
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: HelperParts) {
    const { socket, path } = parts;
    const env = { NOTIFY_SOCKET: socket, ...(path !== undefined && { PATH: path }) };
    this.#child = spawn('sh', ['-c', SHELL, 'sh', PYTHON, PERL], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.on('error', (error) => this.#over(describeError(error)));
    this.#child.on('exit', (code, signal) => {
      // With 0 it has said why.
      this.#over(code === 0 ? undefined : `its helper has ended with ${signal ?? code}`);
    });
    // It ends with the process, and keeps it from nothing.
    this.#child.unref();
    this.#child.stdin?.on('error', (error) => this.#over(describeError(error)));
    this.#child.stdout?.on('data', (data) => this.#answered(String(data)));
    for (const stream of [this.#child.stdin, this.#child.stdout]) unref(stream);
  }

  /** Sends one line, such as `READY=1`. Never throws, and waits for nothing. */
  send(line: string): void {
    if (this.#isOver || this.#waiting >= MOST_WAITING) return;
    this.#waiting += 1;
    if (this.#waiting === 1) this.#expectAnswer();
    this.#child.stdin?.write(`${safeLine(line)}\n`);
  }

  #answered(text: string): void {
    this.#cancel();
    for (const answer of text.split('\n').filter((one) => one !== '')) {
      this.#waiting = Math.max(0, this.#waiting - 1);
      if (answer !== 'ok') this.#fault(answer);
    }
    if (this.#waiting > 0) this.#expectAnswer();
  }

  #expectAnswer(): void {
    if (this.#isOver) return;
    this.#cancel = this.parts.clock.meanwhile(ANSWER_MS, () => this.#fault(`no answer in ${ANSWER_MS / 1000} s`));
  }

  #over(why: string | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancel();
    if (why !== undefined) this.#fault(why);
  }

  #fault(why: string): void {
    if (this.#told.has(why)) return;
    this.#told.add(why);
    this.parts.onFault(`NOTIFY_SOCKET is set, and telling systemd fails: ${safeLine(why)}.`);
  }
}

/** The pipes of a child are sockets, which their types do not say. */
function unref(stream: object | null): void {
  if (stream !== null && 'unref' in stream && typeof stream.unref === 'function')
    Reflect.apply(stream.unref, stream, []);
}
