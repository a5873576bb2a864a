let count = 0;

/**
 * Gives an `async` function a unique name, under which it appears in the stack of all that it awaits ({@link
 * callFrames}). Returns the name.
 */
export function nameFrame(what: string, run: (...args: never[]) => Promise<unknown>): string {
  count += 1;
  const frame = `nestjs-lifecycle ${what} ${count}`;
  Object.defineProperty(run, 'name', { value: frame });
  return frame;
}
