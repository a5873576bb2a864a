/** Whether a foreign value has members to be read, an array among them. A function is none. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
