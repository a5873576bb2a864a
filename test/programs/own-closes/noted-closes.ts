/** Says each call of a method of a class, with a number for each instance: `step: DataSource 1.destroy()`. */
export function noteCalls(type: Pick<Function, 'name' | 'prototype'>, method: string): void {
  const original: unknown = Reflect.get(type.prototype, method);
  if (typeof original !== 'function') throw new Error(`${type.name} has no ${method}()`);
  const known = new Map<unknown, number>();
  Reflect.set(type.prototype, method, function (this: unknown, ...args: unknown[]): unknown {
    const number = known.get(this) ?? known.size + 1;
    known.set(this, number);
    console.log(`step: ${type.name} ${number}.${method}()`);
    return Reflect.apply(original as (...values: unknown[]) => unknown, this, args);
  });
}
