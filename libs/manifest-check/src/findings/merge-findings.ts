import { type Finding, type OtherPlace } from './finding.js';
import { isAtLeast, type Severity } from './severity.js';

/**
 * What is found in several sets of files, said once: at the same place it is the same, and the same words elsewhere are another
 * place of it. Within one set every finding stands for itself.
 */
export function mergeFindings<T extends Finding>(sets: readonly (readonly T[])[]): readonly T[] {
  const seen = new Set<string>();
  const merged: { first: T; also: OtherPlace[]; messages: string[] }[] = [];
  const byWords = new Map<string, (typeof merged)[number]>();
  const severities = worstOf(sets.flat());
  for (const set of sets) {
    const fresh = set.filter((finding) => !seen.has(placeOf(finding)));
    const before = new Map(byWords);
    for (const finding of fresh) {
      seen.add(placeOf(finding));
      const words = [wordsOf(finding), ...namelessWordsOf(finding)];
      const known = words.map((text) => before.get(text)).find((one) => one !== undefined);
      const { file, line, column, fix } = finding;
      if (known !== undefined) {
        known.also.push({ file, line, column, fix });
        known.messages.push(finding.message);
        known.first = { ...known.first, severity: worseOf(known.first, finding) };
        forget(before, words);
        continue;
      }
      const severity = severities.get(wordsOf(finding)) ?? finding.severity;
      const one = { first: { ...finding, severity }, also: [], messages: [] };
      merged.push(one);
      for (const text of words) byWords.set(text, one);
    }
  }
  return merged.map(({ first, also, messages }) =>
    also.length === 0 ? first : Object.assign({}, first, { also, message: withNumbers(first.message, messages) }),
  );
}

function worseOf(one: Finding, other: Finding): Severity {
  return isAtLeast(other.severity, one.severity) ? other.severity : one.severity;
}

const NUMBER = /\d+(?:\.\d+)?/g;

/** What is said once has the numbers of its other places behind it, where they are others. */
function withNumbers(message: string, others: readonly string[]): string {
  const own = message.match(NUMBER) ?? [];
  const differing = others
    .map((other) => (other.match(NUMBER) ?? []).filter((number, at) => number !== own[at]).join(' and '))
    .filter((numbers) => numbers !== '');
  return differing.length === 0 ? message : `${message} (elsewhere ${[...new Set(differing)].join(', ')})`;
}

function forget(known: Map<string, unknown>, words: readonly string[]): void {
  for (const text of words) known.delete(text);
}

/** What is a note for one set, and more for another, is more. */
function worstOf(findings: readonly Finding[]): ReadonlyMap<string, Severity> {
  const worst = new Map<string, Severity>();
  for (const finding of findings) {
    const known = worst.get(wordsOf(finding));
    if (known === undefined || isAtLeast(finding.severity, known)) worst.set(wordsOf(finding), finding.severity);
  }
  return worst;
}

/** The same, where places are not put together: each may have been silenced for a reason of its own. */
export function distinctPlaces<T extends Finding>(findings: readonly T[]): readonly T[] {
  return [...new Map(findings.map((finding) => [placeOf(finding), finding] as const)).values()];
}

/** Overlays give what one line says different names. */
function placeOf({ file, line, column, rule, message }: Finding): string {
  return JSON.stringify([file, line, column, rule, message]);
}

/** One template of a chart, with values that give its objects other names: mended in the template, it is mended for all of them. */
function namelessWordsOf({ rule, subject, message, template }: Finding): readonly string[] {
  if (template === undefined) return [];
  const name = subject.split(' ').at(-1) ?? '';
  const words = message.replace(/[\w.-]{4,}/g, (word) => (isOfName(word, name) ? '<name>' : word));
  return [JSON.stringify([rule, template, words.replace(NUMBER, '<number>')])];
}

/** `orders` and `orders-prod`: containers and volumes are often called as the chart is. */
function isOfName(word: string, name: string): boolean {
  return name !== '' && (name.startsWith(word) || word.startsWith(name));
}

function wordsOf({ rule, subject, message, remedy }: Finding): string {
  return JSON.stringify([rule, subject, message, remedy]);
}
