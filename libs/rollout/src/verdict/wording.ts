import { count, time } from 'nestjs-lifecycle-shared';
import { type Loss } from './loss.js';

export { count, time };

/** `1 request was`, `3 requests were`. */
export function were(number: number, noun: string): string {
  return `${count(number, noun)} ${number === 1 ? 'was' : 'were'}`;
}

/** `220 ms`, `220 ms to 3 s`. */
export function span(times: readonly number[]): string {
  const [first, last] = [time(Math.min(...times)), time(Math.max(...times))];
  return first === last ? first : `${first} to ${last}`;
}

/** `refused 12, reset 3`. */
export function manners(losses: readonly Loss[]): string {
  const byManner = new Map<string, number>();
  for (const { manner } of losses) byManner.set(manner, (byManner.get(manner) ?? 0) + 1);
  return [...byManner].map(([manner, number]) => `${manner} ${number}`).join(', ');
}

/** Whole seconds that are enough: a second more than what was seen. */
export function enough(ms: number): number {
  return Math.ceil(Math.max(ms, 0) / 1000) + 1;
}

/** A text of at most so many characters; where some are left out, it says so. */
export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

/** The most frequent of some texts, shortened: what most of many failures said. */
export function mostFrequent(texts: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== undefined && text !== '') counts.set(text, (counts.get(text) ?? 0) + 1);
  const first = [...counts].toSorted((a, b) => b[1] - a[1])[0]?.[0];
  return first && shortened(first, 160);
}
