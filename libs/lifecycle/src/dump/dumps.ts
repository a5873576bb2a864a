import { type EventLog } from '../events/event-log.js';
import { type EventStream } from '../events/event-stream.js';
import { type ProbePage } from '../health/probe-server.js';
import { type DumpSettings } from '../options/dump-option.js';
import { dumpLines, type DumpLine, loopLine } from './dump-lines.js';
import { DumpPage } from './dump-page.js';
import { DumpSignal } from './dump-signal.js';
import { type DumpParts, type LifecycleDump, readDumpState } from './dump-state.js';
import { sampleLoop } from './loop-sample.js';

/** Code that starts the service has that long to add its own listeners, before the log tells of them. */
const REMINDER_MS = 500;

interface DumpsParts extends DumpParts {
  readonly settings: DumpParts['settings'] & { readonly dump: DumpSettings };
  readonly events: EventStream;
  readonly log: EventLog;
  readonly startUp: { readonly settled: Promise<unknown>; readonly hasFailed: boolean };
}

/** What a running service says when it is asked what it is doing: at a signal, and on the probe port. Without the option it does nothing. */
export class Dumps {
  /** What the probe port serves. */
  readonly pages: readonly ProbePage[];
  readonly #signal: DumpSignal | undefined;
  #isWriting = false;
  #cancel: () => void = () => undefined;

  constructor(private readonly parts: DumpsParts) {
    const { signal, isServed } = parts.settings.dump;
    this.pages = isServed ? [new DumpPage(() => this.read())] : [];
    if (signal === undefined) return;
    const warn = (message: string): void => parts.log.warn(message);
    const dump = (): void => void this.write();
    this.#signal = new DumpSignal({ signal, dump, warn, platform: process.platform });
  }

  /** Listens for the signal, until the start fails or the shutdown is over. */
  start(): void {
    const { events, startUp } = this.parts;
    if (this.#signal === undefined) return;
    this.#signal.start();
    events.read(({ type }) => (type === 'shutdown-ended' ? this.#stop() : undefined));
    void startUp.settled.then(() => (startUp.hasFailed ? this.#stop() : this.#started()));
  }

  /** What the service is doing. It takes a tenth of a second, to look at the event loop. */
  async read(): Promise<LifecycleDump> {
    const state = readDumpState(this.parts);
    return { ...state, eventLoop: await sampleLoop(this.parts.clock) };
  }

  /** Writes it to the log: at once, and how busy the event loop is a tenth of a second later. While that runs it is asked for in vain. */
  async write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    for (const line of dumpLines(readDumpState(this.parts))) this.#line(line);
    this.#line(loopLine(await sampleLoop(this.parts.clock)));
    this.#isWriting = false;
  }

  #line({ text, fields }: DumpLine): void {
    this.parts.log.log(`dump: ${text}`, { event: 'dump', ...fields });
  }

  #started(): void {
    this.#cancel = this.parts.clock.meanwhile(REMINDER_MS, () => this.#signal?.leaveToOthers());
  }

  #stop(): void {
    this.#cancel();
    this.#signal?.stop();
  }
}
