import { foreignListenerLines } from './foreign-listener-lines.js';
import { ForeignListeners } from './foreign-listeners.js';

/** A signal that the test runner does not listen to. */
const SIGNAL = 'SIGUSR2';

describe('ForeignListeners', () => {
  const added: (() => void)[] = [];
  let foreign: ForeignListeners;

  function listen(listener: () => void): void {
    added.push(listener);
    process.on(SIGNAL, listener);
  }

  beforeEach(() => {
    foreign = new ForeignListeners((listener) => listener === ours);
  });

  afterEach(() => {
    foreign.stop();
    for (const listener of added.splice(0)) process.removeListener(SIGNAL, listener);
  });

  it('knows those that were there before by name and text', () => {
    listen(() => process.emitWarning('a listener with a text that is longer than what is shown of it'));
    listen(function early() {
      process.abort();
    });
    foreign.start();
    const [anonymous, named] = foreign.notReturnedYet([SIGNAL]);
    expect(anonymous).toMatchObject({ packageName: undefined, deeds: { kind: 'unseen' } });
    expect(anonymous?.name).toMatch(/^\(\)\s?=>\s?process\.emitWarning\(.*…$/);
    expect(named).toMatchObject({ name: 'early', deeds: { kind: 'exits' } });
  });

  it('knows where those were added that come later, and tells of each once', () => {
    foreign.start();
    listen(function late() {
      process.emitWarning('late');
    });
    listen(ours);
    const found = foreign.notReturnedYet([SIGNAL, 'SIGTERM']).filter(({ signals }) => signals.includes(SIGNAL));
    expect(found).toHaveLength(1);
    expect(found[0]?.name).toMatch(/^late, added by .*foreign-listeners\.spec\.ts:/);
    expect(foreign.notReturnedYet([SIGNAL])).toEqual([]);
  });
});

function ours(): void {
  process.emitWarning('ours');
}

describe('foreignListenerLines', () => {
  const of = (kind: 'exits' | 'exits-later' | 'closes' | 'closes-server' | 'unseen', packageName?: string) => ({
    signals: ['SIGTERM'] as const,
    name: 'stop',
    packageName,
    deeds: kind === 'exits-later' ? { kind, afterMs: 5000 } : { kind },
  });

  it('says nothing where no other code listens', () => {
    expect(foreignListenerLines([], 28_000)).toEqual([]);
  });

  it('warns once of all that cut a shutdown short, also of libraries', () => {
    const lines = foreignListenerLines([of('exits-later'), of('exits', 'telemetry'), of('closes-server')], 28_000);
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
    expect(lines[0]?.text).toContain('after 5s, so the shutdown has less than that in place of 28s');
    expect(lines[0]?.text).toContain('which waits neither for requests nor for hooks');
    expect(lines[0]?.text).toContain('closes the HTTP server');
  });

  it('does not speak of less time where the timer comes after the budget', () => {
    const [line] = foreignListenerLines([of('exits-later')], 4000);
    expect(line?.text).not.toContain('in place of');
  });

  it("accuses a library of nothing that it is not seen to do, and asks about the application's own code", () => {
    const lines = foreignListenerLines([of('unseen', 'signal-exit'), of('closes'), of('unseen')], 28_000);
    expect(lines.map(({ level }) => level)).toEqual(['log', 'debug']);
    expect(lines[1]?.text).toBe('Libraries listen to signals too: SIGTERM is heard by stop of signal-exit');
  });
});
