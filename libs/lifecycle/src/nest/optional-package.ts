/**
 * Loads a package that the application may not have installed; `undefined` where it has not. `load` has to import it by
 * its literal name, so that bundlers find it.
 */
export async function importOptional<T>(name: string, load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch (error) {
    if (isMissing(name, error)) return undefined;
    throw error;
  }
}

/**
 * Whether the package itself is missing, and not one that it needs. The second message is that of Yarn's Plug'n'Play.
 */
function isMissing(name: string, error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  if (error.code !== 'ERR_MODULE_NOT_FOUND' && error.code !== 'MODULE_NOT_FOUND') return false;
  return error.message.includes(`'${name}'`) || error.message.includes(`tried to access ${name}`);
}
