/** Whether a value can be awaited. It is asked for each request, so the check is the cheapest one. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
