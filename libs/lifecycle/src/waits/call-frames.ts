/** More than any chain of calls that is worth following. */
const MOST_FRAMES = 200;

/**
 * The names of the functions that the caller was called by, the nearest first, followed by the `async` functions that
 * await it. V8 keeps them for its stack traces: who awaits whom is known without following any promise. A name is what
 * the function has at run time, so a method's survives a minifier. Empty where V8 does not show them.
 */
export function callFrames(): string[] {
  const { stackTraceLimit } = Error;
  const prepare: unknown = Reflect.get(Error, 'prepareStackTrace');
  Reflect.set(Error, 'stackTraceLimit', MOST_FRAMES);
  Reflect.set(Error, 'prepareStackTrace', (_error: unknown, sites: unknown) => sites);
  try {
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, callFrames);
    return Array.isArray(trace.stack) ? trace.stack.map(nameOf) : [];
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    Reflect.set(Error, 'prepareStackTrace', prepare);
  }
}

function nameOf(site: NodeJS.CallSite): string {
  return site.getFunctionName() ?? '';
}
