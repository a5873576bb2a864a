/** More than any chain of calls that is worth following. */
const MOST_FRAMES = 200;

/**
 * The names of the functions that the caller was called by, the nearest first, followed by the `async` functions that
 * await it. V8 keeps them for its stack traces: who awaits whom is known without following any promise. A name is what
 * the function has at run time, so a method's survives a minifier. Empty where V8 does not show them.
 */
export function callFrames(): string[] {
  return callSites(callFrames).map(nameOf);
}

/** The same, each also with its class, as far as V8 shows it: `pay` and `Orders.pay`. */
export function methodFrames(): Set<string> {
  const names = callSites(methodFrames).flatMap((site) => {
    const method = nameOf(site);
    return [method, `${typeNameOf(site)}.${method}`];
  });
  return new Set(names);
}

function callSites(above: (...args: never[]) => unknown): NodeJS.CallSite[] {
  const { stackTraceLimit } = Error;
  const prepare: unknown = Reflect.get(Error, 'prepareStackTrace');
  Reflect.set(Error, 'stackTraceLimit', MOST_FRAMES);
  Reflect.set(Error, 'prepareStackTrace', (_error: unknown, sites: unknown) => sites);
  try {
    const trace: { stack?: unknown } = {};
    Error.captureStackTrace(trace, above);
    // What V8 hands to prepareStackTrace().
    return Array.isArray(trace.stack) ? (trace.stack as NodeJS.CallSite[]) : [];
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    Reflect.set(Error, 'prepareStackTrace', prepare);
  }
}

function nameOf(site: NodeJS.CallSite): string {
  return site.getFunctionName() ?? '';
}

/** V8 looks at the receiver, which may be a proxy that throws. */
function typeNameOf(site: NodeJS.CallSite): string {
  try {
    return site.getTypeName() ?? '';
  } catch {
    return '';
  }
}
