/**
 * A package that an application may do without, or `undefined` where it does. `load` has to import it by its literal
 * name, so that bundlers see it.
 */
export async function importOptional<T>(name: string, load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    if (isMissing(name, error)) return undefined;
    throw error;
  }
}

/** Not one that the package itself needs and has not. The second spelling is that of Yarn's Plug'n'Play. */
function isMissing(name: string, error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return false;
  return error.message.includes(`'${name}'`) || error.message.includes(`tried to access ${name}`);
}
