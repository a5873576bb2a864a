import { isMainThread } from 'node:worker_threads';
import { type Clock, systemClock } from '../deadline/clock.js';
import { type ReadVariable } from '../platform/platform.js';
import { NotifyHelper } from './notify-helper.js';

/** Set in this process for those that it starts: they inherit `NOTIFY_SOCKET`, and are not the service. */
const OWNER_VARIABLE = 'NESTJS_LIFECYCLE_NOTIFIER';

/** Beyond the budget, until systemd may take the service for hung. */
const SPARE_MS = 5000;

/** What is told to systemd: https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html */
export class Systemd {
  #isReady = false;
  #isStopping = false;
  #status = '';

  constructor(private readonly send: (line: string) => void) {}

  /** The service serves. Once. */
  ready(): void {
    if (this.#isReady || this.#isStopping) return;
    this.#isReady = true;
    this.send('READY=1');
  }

  /** The service stops, and needs no more than `budgetMs` for that. systemd never shortens its own time by it. */
  stopping(budgetMs: number): void {
    if (!this.#isStopping) this.send('STOPPING=1');
    this.#isStopping = true;
    this.send(`EXTEND_TIMEOUT_USEC=${Math.ceil(budgetMs + SPARE_MS) * 1000}`);
  }

  /** What `systemctl status` shows. */
  status(text: string): void {
    if (text === this.#status) return;
    this.#status = text;
    this.send(`STATUS=${text}`);
  }
}

interface Here {
  systemd: Systemd | undefined;
  /** Of the newest service: an older one may have closed its logger. */
  warn: (message: string) => void;
}
const here: Here = { systemd: undefined, warn: () => undefined };

/**
 * How this process tells systemd of itself; `undefined` where systemd has not asked for it, where the process was started by one
 * that does, and in a thread. There is one for all services of a process.
 */
export function systemdHere(
  warn: (message: string) => void,
  read: ReadVariable = readEnvironment,
): Systemd | undefined {
  const socket = read('NOTIFY_SOCKET');
  if (socket === undefined || socket === '' || !isMainThread) return undefined;
  here.warn = warn;
  if (here.systemd !== undefined) return here.systemd;
  if (read(OWNER_VARIABLE) !== undefined) return undefined;
  process.env[OWNER_VARIABLE] = String(process.pid);
  const helper = new NotifyHelper({
    socket,
    clock: systemClock,
    path: read('PATH'),
    onFault: (text) => here.warn(text),
  });
  const send = (line: string): void => helper.send(line);
  startWatchdog(read, systemClock, send);
  return (here.systemd = new Systemd(send));
}

/** Twice in its time, as long as the event loop turns. Keeps no process alive. */
function startWatchdog(read: ReadVariable, clock: Clock, send: (line: string) => void): void {
  const everyMs = Number(read('WATCHDOG_USEC')) / 2000;
  const isOther = ![undefined, '', String(process.pid)].includes(read('WATCHDOG_PID'));
  if (!(everyMs > 0) || isOther) return;
  const tell = (): void => {
    send('WATCHDOG=1');
    clock.meanwhile(everyMs, tell);
  };
  tell();
}

function readEnvironment(name: string): string | undefined {
  return process.env[name];
}
