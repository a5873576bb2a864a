import { errorLineOf, linesOfErrors } from './error-line.js';
import { NOTICE_MS, type PodFacts } from './pod-facts.js';

/** An error that nothing caught, after SIGTERM. */
export interface CrashInStop {
  /** When the process said so, or ended. */
  readonly at: number;
  readonly said: string | undefined;
}

/** Node's last line after an error that nothing has caught, and the words of those who log it themselves. */
const UNCAUGHT = /^Node\.js v\d|\b(uncaught ?exception|unhandled ?(promise ?)?rejection)\b|^\s*uncaught\b/i;

/** Signals that a process gets for what it does itself. */
const FATAL_SIGNALS: ReadonlySet<string> = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGTRAP']);

/** The same as a shell says it: 128 and the number of SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE and SIGSEGV. */
const FATAL_CODES: ReadonlySet<number> = new Set([132, 133, 134, 135, 136, 139]);

/** How its stop ended in a crash; `undefined` for one that ended otherwise, be it with an exit code that says failure. */
export function crashInStop(pod: PodFacts): CrashInStop | undefined {
  const { signal, exit } = pod;
  if (signal === undefined || exit === undefined || exit.at < signal.at || isForced(pod)) return undefined;
  const printed = pod.logs.filter(({ at }) => at >= signal.at);
  const last = printed.find(({ line }) => UNCAUGHT.test(line));
  if (!isFatal(exit) && (last === undefined || exit.code === 0)) return undefined;
  return { at: Math.min(last?.at ?? exit.at, exit.at), said: errorLineOf(linesOfErrors(printed)) };
}

function isForced({ exit, chaos }: PodFacts): boolean {
  return (
    exit?.isKilledByKubelet === true || chaos.some((event) => event.chaos === 'second-signal' || event.chaos === 'kill')
  );
}

function isFatal({ code, signal }: NonNullable<PodFacts['exit']>): boolean {
  return (signal !== null && FATAL_SIGNALS.has(signal)) || (code !== null && FATAL_CODES.has(code));
}

/** So long before its crash was known a process may have been gone, on a busy machine. */
const KNOWN_LATE_MS = 1000;

/** Whether what happened then is a matter of the crash: the process was gone, and had not closed its listener long before. */
export function isOfCrash(pod: PodFacts, at: number): boolean {
  const crash = crashInStop(pod);
  if (crash === undefined) return false;
  const begin = Math.max(pod.signal?.at ?? 0, crash.at - KNOWN_LATE_MS);
  if (at < begin && at < crash.at - NOTICE_MS) return false;
  return (pod.listenerClosedAt ?? Infinity) >= begin;
}
