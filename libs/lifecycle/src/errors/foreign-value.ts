/** Whether a foreign value is an object or an array, with members to read. A function is not. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
