/**
 * Parts of the source text of the listener that `enableShutdownHooks()` adds for each signal: names of members, which
 * minifiers keep. Nest 11 and the first versions of Nest 12 close the application in it; later ones call a method that
 * does. Read in @nestjs/core 11.0.0 to 12.5.1.
 */
const TEXT = [/\breceivedSignal\b|\.callDestroyHook\b/, /\.useProcessExit\b|\.callShutdownHook\b/];

/**
 * Whether the text of a signal listener is that of Nest's own, for listeners that were added before they could be
 * watched.
 */
export function readsLikeNests(text: string): boolean {
  return TEXT.every((part) => part.test(text));
}
