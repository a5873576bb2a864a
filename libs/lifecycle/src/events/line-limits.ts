/**
 * How many names the text of a log line has, and how many items its fields have. A line may be the last before SIGKILL,
 * and the service may have had thousands of requests in flight: there is no time to write megabytes.
 */
const MOST_NAMES = 5;
const MOST_ITEMS = 100;

/** The items that fit into the fields of a line. */
export function firstItems<T>(items: readonly T[]): readonly T[] {
  return items.slice(0, MOST_ITEMS);
}

/**
 * The names that fit into the text of a line, and a text for the rest.
 *
 * @param more makes the text for the rest, such as `and 95 more`
 */
export function firstNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  more: (count: number) => string = (count) => `and ${count} more`,
): string[] {
  const names = items.slice(0, MOST_NAMES).map(nameOf);
  return items.length > MOST_NAMES ? [...names, more(items.length - MOST_NAMES)] : names;
}
