/** An undo function that can also be called at the end of a block, with `using` or `await using`. */
export function asHandle(undo: () => void): (() => void) & Disposable & AsyncDisposable {
  return Object.assign(() => undo(), {
    [Symbol.dispose]: undo,
    [Symbol.asyncDispose]: async () => undo(),
  });
}
