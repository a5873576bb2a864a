import { DumpSignal } from './dump-signal.js';

/** A signal that the test runner does not listen to. */
const SIGNAL = 'SIGUSR2';

describe('DumpSignal', () => {
  let dumps: string[];
  let warnings: string[];
  const added: (() => unknown)[] = [];
  const started: DumpSignal[] = [];

  beforeEach(() => {
    dumps = [];
    warnings = [];
  });

  afterEach(() => {
    for (const signal of started.splice(0)) signal.stop();
    for (const listener of added.splice(0)) process.removeListener(SIGNAL, listener);
    expect(process.listenerCount(SIGNAL)).toBe(0);
  });

  function start(name = 'dump', platform: NodeJS.Platform = 'linux'): DumpSignal {
    const dump = (): void => void dumps.push(name);
    const signal = new DumpSignal({ signal: SIGNAL, dump, warn: (text) => void warnings.push(text), platform });
    started.push(signal);
    signal.start();
    return signal;
  }

  function listen(listener: () => unknown): void {
    added.push(listener);
    process.on(SIGNAL, listener);
  }

  /** As Node calls the listeners of a signal. */
  const come = (): boolean => process.emit(SIGNAL, SIGNAL);

  it('dumps each time the signal comes, until it is stopped', () => {
    const signal = start();
    come();
    come();
    signal.stop();
    expect(come()).toBe(false);
    expect([dumps, warnings]).toEqual([['dump', 'dump'], []]);
  });

  it('does so for each application of a process: they are no others', () => {
    const first = start('first');
    start('second');
    expect(first.leaveToOthers()).toBe(false);
    come();
    expect([dumps, warnings]).toEqual([['first', 'second'], []]);
  });

  it('leaves the signal to other code that listens to it, and names another', () => {
    const signal = start();
    listen(() => undefined);
    expect([signal.leaveToOthers(), signal.leaveToOthers()]).toEqual([true, false]);
    come();
    expect([dumps, process.listenerCount(SIGNAL)]).toEqual([[], 1]);
    expect(warnings).toEqual([
      "dump: 'SIGUSR2' writes nothing, because other code of the process listens to it. Type dump: 'SIGTTIN'.",
    ]);
  });

  it('leaves it in the tick of the signal to code that was added later', () => {
    let seen = 0;
    start();
    // A listener that ends the process by raising the signal again must be the last one.
    listen(() => (seen = process.listenerCount(SIGNAL)));
    come();
    expect([dumps, seen, warnings.length]).toEqual([[], 1, 1]);
  });

  it('knows the listener of Nest', () => {
    const signal = start();
    const application = { callDestroyHook: async () => undefined, callShutdownHook: async () => undefined };
    listen(async () => {
      await application.callDestroyHook();
      await application.callShutdownHook();
    });
    signal.leaveToOthers();
    expect(warnings).toEqual([
      "dump: 'SIGUSR2' writes nothing, because Nest closes the application at it. Type dump: 'SIGTTIN'. " +
        "Or give Nest a list without it: app.enableShutdownHooks(['SIGTERM', 'SIGINT']).",
    ]);
  });

  it('listens to nothing on Windows', () => {
    start('dump', 'win32');
    expect([come(), warnings]).toEqual([
      false,
      ["dump: 'SIGUSR2' has no effect on Windows, which has no such signal. Type dump: { page: true }."],
    ]);
  });
});
