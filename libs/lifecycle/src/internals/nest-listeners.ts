/** The name of the function that `enableShutdownHooks()` adds for each signal; read in @nestjs/core 11.2.10 and 12.5.1. */
const LISTENER = 'cleanup';

/**
 * Whether a listener for a signal has the name of Nest's own. A minifier changes it, and other code may use it too: this is
 * for listeners that were there before anything could watch who adds them.
 */
export function isNamedLikeNests(listener: object): boolean {
  return 'name' in listener && listener.name === LISTENER;
}
