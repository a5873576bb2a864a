import { formatDuration } from '../deadline/duration.js';
import { type ForeignListener } from './foreign-listeners.js';

/** A log line at boot about signal listeners of other code. */
export interface ListenerLine {
  readonly level: 'warn' | 'log' | 'debug';
  readonly text: string;
}

/** The page is part of the npm package. */
const PAGE = 'node_modules/nestjs-lifecycle/docs/own-shutdown-code.md';

/**
 * One line for each way in which listeners of other code matter: a warning for those that cut a shutdown short, a log
 * line for those of the application that do no harm or cannot be read, and a debug line for those of libraries.
 */
export function foreignListenerLines(listeners: readonly ForeignListener[], budgetMs: number): ListenerLine[] {
  const harmful = listeners.filter(({ deeds }) => isHarmful(deeds.kind));
  const others = listeners.filter(({ deeds }) => !isHarmful(deeds.kind));
  const own = others.filter(({ packageName }) => packageName === undefined);
  const libraries = others.filter(({ packageName }) => packageName !== undefined);
  return [
    ...lineOf('warn', harmful, (listener) => harm(listener, budgetMs), {
      before: 'Other code cuts a shutdown short: ',
      after: `. Delete it where you can: the shutdown ends the process by itself. See ${PAGE}`,
    }),
    ...lineOf('log', own, (listener) => `${heard(listener)} by ${listener.name}, ${remark(listener)}`, {
      before: 'Other code listens to signals too: ',
      after: `. See ${PAGE}`,
    }),
    ...lineOf('debug', libraries, (listener) => `${heard(listener)} by ${listener.name} of ${listener.packageName}`, {
      before: 'Libraries listen to signals too: ',
      after: '',
    }),
  ];
}

function isHarmful(kind: ForeignListener['deeds']['kind']): boolean {
  return kind === 'exits' || kind === 'exits-later' || kind === 'closes-server';
}

function lineOf(
  level: ListenerLine['level'],
  listeners: readonly ForeignListener[],
  describe: (listener: ForeignListener) => string,
  { before, after }: { readonly before: string; readonly after: string },
): ListenerLine[] {
  return listeners.length === 0 ? [] : [{ level, text: before + listeners.map(describe).join('; ') + after }];
}

function heard({ signals }: ForeignListener): string {
  return `${signals.join(' and ')} ${signals.length === 1 ? 'is' : 'are'} heard`;
}

function harm(listener: ForeignListener, budgetMs: number): string {
  const { name, deeds, signals } = listener;
  const at = signals.join(' and ');
  if (deeds.kind === 'closes-server')
    return `at ${at}, ${name} closes the HTTP server, while routers still send requests`;
  if (deeds.kind === 'exits')
    return `at ${at}, ${name} calls process.exit(), which waits neither for requests nor for hooks`;
  if (deeds.afterMs === undefined) return `at ${at}, ${name} sets a timer that calls process.exit()`;
  const after = `at ${at}, ${name} sets a timer that calls process.exit() after ${formatDuration(deeds.afterMs)}`;
  return deeds.afterMs < budgetMs
    ? `${after}, so the shutdown has less than that in place of ${formatDuration(budgetMs)}`
    : after;
}

function remark({ deeds }: ForeignListener): string {
  return deeds.kind === 'closes'
    ? 'which closes something itself and joins the shutdown if that is the application'
    : 'whose calls cannot be seen through; it must not end the process';
}
