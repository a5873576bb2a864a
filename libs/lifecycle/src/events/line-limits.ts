/**
 * How many names the text of a log line shows, and how many items its fields hold. A line may be the last before
 * SIGKILL, and may have to tell of everything the service was doing: there is no time for megabytes.
 */
const MOST_NAMES = 5;
const MOST_ITEMS = 100;

/** What fits into the fields of a line. */
export function firstItems<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, MOST_ITEMS);
}

/**
 * What fits into the text of a line, and a last word for what does not.
 *
 * @param more what is said of the rest, `and 95 more`
 */
export function firstNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  more: (count: number) => string = (count) => `and ${count} more`,
): string[] {
  const names = items.slice(0, MOST_NAMES).map(nameOf);
  return items.length > MOST_NAMES ? [...names, more(items.length - MOST_NAMES)] : names;
}
