/** More frames than a stack usually has. */
const MOST_FRAMES = 200;

/**
 * The names of the functions on the stack of the caller, the nearest first, followed by the `async` functions that
 * await it. V8 keeps these for its stack traces, so it is known which function awaits which without following promises.
 * Names are those at run time, so a minifier keeps those of methods. Empty where V8 does not provide them.
 */
export function callFrames(): string[] {
  return callSites(callFrames).map(nameOf);
}

/** The same names, each also with its class, as far as V8 provides it: `pay` and `Orders.pay`. */
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
    // V8 passes an array of call sites to prepareStackTrace().
    return Array.isArray(trace.stack) ? (trace.stack as NodeJS.CallSite[]) : [];
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
    Reflect.set(Error, 'prepareStackTrace', prepare);
  }
}

function nameOf(site: NodeJS.CallSite): string {
  return site.getFunctionName() ?? '';
}

/** V8 reads the receiver, which may be a proxy that throws. */
function typeNameOf(site: NodeJS.CallSite): string {
  try {
    return site.getTypeName() ?? '';
  } catch {
    return '';
  }
}
