/** How deep to look for a logger inside that of the application, which often wraps one. */
const DEEPEST = 3;
const MOST_LOOKED_AT = 100;

/** A logger and the objects it holds, the nearest first. */
export function* loggerParts(logger: object): Generator<object> {
  const seen = new Set<object>([logger]);
  let level: readonly object[] = [logger];
  for (let depth = 0; depth <= DEEPEST && level.length > 0; depth += 1) {
    yield* level;
    const next = level.flatMap(heldBy).filter((held) => !seen.has(held));
    level = next.slice(0, Math.max(0, MOST_LOOKED_AT - seen.size));
    for (const held of level) seen.add(held);
  }
}

/**
 * The objects in the fields of another, and in an accessor `logger`, which nestjs-pino has. No other accessor is
 * called.
 */
function heldBy(holder: object): object[] {
  const own = Object.values(Object.getOwnPropertyDescriptors(holder)).map(({ value }): unknown => value);
  return [...own, Reflect.get(holder, 'logger')].filter(isObject);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
