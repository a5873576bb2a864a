/** Whether something can be waited for. Asked for each request, so it is asked in the cheapest way. */
export function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
