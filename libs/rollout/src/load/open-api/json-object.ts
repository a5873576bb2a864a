/** An object of a document, whose fields may be anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Whether it has fields. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
