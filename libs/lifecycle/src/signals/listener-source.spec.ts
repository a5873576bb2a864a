import { endsProcess, readListener, sourceOf } from './listener-source.js';

describe('readListener', () => {
  it.each([
    ['() => { setTimeout(() => process.exit(1), 5000); app.close().then(() => process.exit(0)); }', 5000],
    ['async () => { setTimeout(() => { log("a, b (c"); process.exit(1); }, 5_000).unref(); await app.close(); }', 5000],
    ['() => { setTimeout(process.exit, 10 * 1000, 1); }', 10_000],
    ['() => { (0, timers.setTimeout)(() => process2.exit(1), 5e3); }', 5000],
    [
      '() => { setTimeout(() => import_process.default.exit(1), 3000); setTimeout(() => process.exit(2), 2000); }',
      2000,
    ],
  ])('finds the timer that ends the process in %s', (source, afterMs) => {
    expect(readListener(source)).toEqual({ kind: 'exits-later', afterMs });
  });

  it.each([
    ['() => { setTimeout(() => process.exit(1), TIMEOUT); }', 'exits-later'],
    ['() => { setTimeout(() => process.exit(1), config.get("ms") * 2); }', 'exits-later'],
    ['() => { console.log("bye"); process.exit(0); }', 'exits'],
    ['() => sdk.shutdown().finally(() => process.exit(0))', 'exits'],
    ['function onTerm() { process.abort(); }', 'exits'],
    ['() => { if (busy) process.exit(1); app.close(); }', 'exits'],
    ['async () => { await app.close(); process.exit(0); }', 'closes'],
    ['() => app.close()', 'closes'],
    ['() => { app.getHttpServer().close(() => process.exit(0)); }', 'closes-server'],
    ['() => { httpServer.close(); }', 'closes-server'],
    ['() => shutdown("SIGTERM")', 'unseen'],
    ['() => { setTimeout(() => warn("slow"), 5000); }', 'unseen'],
    ['() => { /* process.exit(1) */ flush(); // process.exit(0)\n }', 'unseen'],
    ['function () { [native code] }', 'unseen'],
    ['() => { setTimeout(() => process.exit(1)', 'exits'],
    ['', 'unseen'],
  ])('tells what %s does', (source, kind) => {
    expect(readListener(source)).toEqual({ kind });
  });
});

describe('endsProcess', () => {
  it.each(['process.exit(1)', 'process.exit', 'process2.exit(0)', 'import_node_process.default.exit(0)'])(
    'knows %s',
    (source) => {
      expect(endsProcess(source)).toBe(true);
    },
  );

  it.each(['process.exitCode = 1', 'child.exit()', 'process.on("exit", f)'])('does not take %s for it', (source) => {
    expect(endsProcess(source)).toBe(false);
  });
});

describe('sourceOf', () => {
  it.each<[string, unknown]>([
    ['no function', 'process.exit'],
    ['a proxy', new Proxy(() => undefined, { get: refuse })],
    ['nothing', undefined],
  ])('never throws: %s', (_what, listener) => {
    expect(() => sourceOf(listener)).not.toThrow();
  });

  it('is not what a function says of itself', () => {
    const listener = Object.assign(() => process.pid, { toString: refuse });
    expect(sourceOf(listener)).toContain('process.pid');
  });
});

function refuse(): never {
  throw new Error('not even this');
}
