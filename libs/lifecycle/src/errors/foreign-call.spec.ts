import { awaitForeign, callForeign, firstOfEach } from './foreign-call.js';

const boom = new Error('boom');

/** Something with a `then` of its own. */
const thenable = (run: (failed: (error: unknown) => void) => void): object =>
  // oxlint-disable-next-line unicorn/no-thenable -- what such values do is tested here
  Object.defineProperty({}, 'then', { value: (_done: unknown, failed: (error: unknown) => void) => run(failed) });

describe('foreign code', () => {
  let told: [string, unknown][];
  const onError = (name: string, error: unknown): void => void told.push([name, error]);
  const what = { name: 'theirs()', fallback: 'fallback', onError };

  beforeEach(() => {
    told = [];
  });

  it('answers what the code returns, and tells nothing', () => {
    expect(callForeign(what, () => 'theirs')).toBe('theirs');
    expect(told).toEqual([]);
  });

  it('answers the fallback where the code throws, and tells of it with its name', () => {
    const answer = callForeign(what, () => {
      throw boom;
    });
    expect(answer).toBe('fallback');
    expect(told).toEqual([['theirs()', boom]]);
  });

  it('reports the rejection of a promise that is not awaited', async () => {
    const answer = callForeign({ name: 'theirs()', fallback: undefined, onError }, (): unknown => Promise.reject(boom));
    await expect(answer).rejects.toBe(boom);
    expect(told).toEqual([['theirs()', boom]]);
  });

  it('answers the fallback where the answer cannot even be asked for its then', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(callForeign<unknown>(what, () => proxy)).toBe('fallback');
    const throwing = thenable(() => {
      throw boom;
    });
    expect(callForeign<unknown>(what, () => throwing)).toBe('fallback');
    expect(told).toEqual([
      ['theirs()', expect.any(TypeError)],
      ['theirs()', boom],
    ]);
  });

  it('tells once of a thenable that rejects twice', () => {
    const twice = thenable((failed) => {
      failed(boom);
      failed(boom);
    });
    expect(callForeign<unknown>(what, () => twice)).toBe(twice);
    expect(told).toHaveLength(1);
  });

  it('waits for the answer, and answers the fallback where it throws or rejects', async () => {
    expect(await awaitForeign(what, () => Promise.resolve('theirs'))).toBe('theirs');
    expect(await awaitForeign(what, () => Promise.reject(boom))).toBe('fallback');
    const sync = awaitForeign(what, () => {
      throw boom;
    });
    expect(await sync).toBe('fallback');
    expect(told).toHaveLength(2);
  });

  it('never throws where the report of the failure throws too', () => {
    const written: unknown[] = [];
    const write = jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(text);
      return true;
    });
    const failing = (): never => {
      throw new Error('no log');
    };
    try {
      expect(callForeign({ name: 'theirs()', fallback: 1, onError: failing }, failing)).toBe(1);
    } finally {
      write.mockRestore();
    }
    expect(written).toEqual(['[GracefulShutdown] theirs() failed, and so did its report\n']);
  });

  it('can tell of the first failure of each name alone', () => {
    const once = firstOfEach(onError);
    for (const name of ['a', 'b', 'a']) once(name, boom);
    expect(told.map(([name]) => name)).toEqual(['a', 'b']);
  });
});
