/** Values that untyped code, other libraries and bad luck hand over, each by a name. */
export interface BadValue {
  readonly name: string;
  readonly value: unknown;
  /** Whether a promise that answers this never settles. */
  readonly isEndless?: true;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function failing(): never {
  throw new Error('from a bad value');
}

/** An object with this `then`. */
function thenable(then: (done: (value: unknown) => void, failed: (error: unknown) => void) => void): object {
  // oxlint-disable-next-line unicorn/no-thenable -- what such values do is tested
  return Object.defineProperty({}, 'then', { value: then });
}

function cyclic(): object {
  const value: Record<string, unknown> = {};
  value['self'] = value;
  return value;
}

/** An error whose fields cannot be read. */
function hostileError(): Error {
  return Object.defineProperties(new Error('hostile'), { stack: { get: failing }, message: { get: failing } });
}

/** One of each kind. New ones at every call: a proxy is revoked once, a promise is rejected once. */
export function badValues(): readonly BadValue[] {
  return [
    { name: 'undefined', value: undefined },
    { name: 'null', value: null },
    { name: 'NaN', value: Number.NaN },
    { name: 'a symbol', value: Symbol('bad') },
    { name: 'a bigint', value: 12n },
    { name: 'an object without a prototype', value: Object.create(null) as object },
    { name: 'a revoked proxy', value: revoked() },
    { name: 'a proxy that throws', value: new Proxy({}, { get: failing, getPrototypeOf: failing, ownKeys: failing }) },
    { name: 'a getter that throws', value: Object.defineProperty({}, 'message', { get: failing, enumerable: true }) },
    { name: 'a text that throws', value: { toString: failing, toJSON: failing } },
    { name: 'a cyclic object', value: cyclic() },
    { name: 'an error that cannot be read', value: hostileError() },
    { name: 'an error whose message is an object', value: Object.assign(new Error('x'), { message: cyclic() }) },
    { name: 'a huge text', value: 'x'.repeat(3_000_000) },
    { name: 'a text that forges a line', value: 'bad\nLOG [GracefulShutdown] stopped clean\u001B[2J\u202E' },
    { name: 'a huge error', value: new Error('y'.repeat(3_000_000)) },
    { name: 'a function that throws', value: failing },
    { name: 'a thenable that throws', value: thenable(failing) },
    { name: 'a thenable that settles twice', value: thenable((done, failed) => [done(1), failed(new Error('twice'))]) },
    { name: 'a thenable that never settles', value: thenable(() => undefined), isEndless: true },
    { name: 'a promise that never settles', value: new Promise(() => undefined), isEndless: true },
  ];
}

/** What fails when it is called: at once, or a promise that rejects, each with every bad value. */
export function badCalls(): readonly { readonly name: string; readonly call: () => unknown }[] {
  return badValues().flatMap(({ name, value }) => [
    {
      name: `throws ${name}`,
      call: () => {
        throw value;
      },
    },
    {
      name: `rejects with ${name}`,
      call: async () => {
        throw value;
      },
    },
  ]);
}
