import { type Rehearsal } from 'nestjs-lifecycle-rollout';
import { count } from 'nestjs-lifecycle-shared';
import { readInput } from '../report/reading/read-input.js';
import { type Shutdown } from '../report/shutdown.js';

/** More pods than this say the same. */
const MOST_PODS = 5;

/** More of a kind than this are counted. */
const MOST_NAMES = 3;

/**
 * What services with nestjs-lifecycle say themselves of stops that did not end well, a sentence for each pod: the balancer sees a lost
 * request, and only the service knows which hook failed. Nothing for other services.
 */
export async function ownWords({ events, verdict }: Rehearsal): Promise<string[]> {
  const said: string[] = [];
  for (const { name, stop } of verdict.pods) {
    if (stop === undefined) continue;
    const lines = events.flatMap((event) => (event.type === 'log-written' && event.pod === name ? [event.line] : []));
    const words = wordsOf(await lastShutdown(lines));
    if (words !== undefined) said.push(`${name} says of its own stop: ${words}.`);
  }
  const rest = said.length - MOST_PODS;
  return [
    ...said.slice(0, MOST_PODS),
    ...(rest > 0 ? [`${count(rest, 'more pod')} say that their stop did not end well.`] : []),
  ];
}

async function lastShutdown(lines: readonly string[]): Promise<Shutdown | undefined> {
  if (lines.length === 0) return undefined;
  const { shutdowns } = await readInput(streamOf(lines));
  try {
    return shutdowns.at(-1)?.();
  } catch {
    // A report of a version that this program does not know says nothing that could be quoted.
    return undefined;
  }
}

async function* streamOf(lines: readonly string[]): AsyncGenerator<string, void, undefined> {
  for (const line of lines) yield `${line}\n`;
}

/** `undefined` where it ended well, or where its end is not there. */
function wordsOf(shutdown: Shutdown | undefined): string | undefined {
  if (shutdown?.outcome === undefined || shutdown.outcome === 'clean') return undefined;
  const { outcome, interrupted, steps, lists } = shutdown;
  const cut = interrupted.items.map(({ name, ageMs }) =>
    ageMs === undefined ? name : `${name} ${(ageMs / 1000).toFixed(1)} s`,
  );
  const failed = steps.flatMap(({ kind, name, isBad, result, error }) =>
    isBad ? [`${kind} ${name} ${result}${error === undefined ? '' : `: ${error}`}`] : [],
  );
  const others = lists.flatMap(({ title, isBad, items }) => (isBad ? [`${title}: ${listed(items)}`] : []));
  return [
    outcome,
    ...(interrupted.total > 0 ? [`${count(interrupted.total, 'piece')} of work cut (${listed(cut)})`] : []),
    ...(failed.length > 0 ? [listed(failed)] : []),
    ...others,
  ].join('; ');
}

function listed(items: readonly string[]): string {
  const rest = items.length - MOST_NAMES;
  return [...items.slice(0, MOST_NAMES), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
