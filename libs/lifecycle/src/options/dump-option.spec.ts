import { problemsOf, settingsOf } from '../../../../test/support/resolved-settings.js';

describe('the option dump', () => {
  it('is off by default', () => {
    expect(settingsOf({}).dump).toEqual({ signal: undefined, isServed: false });
    expect(settingsOf({ dump: false }).dump).toEqual({ signal: undefined, isServed: false });
  });

  it('is a signal, or a signal and a page', () => {
    expect(settingsOf({ dump: 'SIGTTIN' }).dump).toEqual({ signal: 'SIGTTIN', isServed: false });
    expect(settingsOf({ dump: { signal: 'SIGUSR2' } }).dump).toEqual({ signal: 'SIGUSR2', isServed: false });
    expect(settingsOf({ probePort: 0, dump: { page: true } }).dump).toEqual({ signal: undefined, isServed: true });
  });

  it('is a signal in its variable, and code wins over it', () => {
    expect(settingsOf({}, { SHUTDOWN_DUMP: ' sigusr2 ' }).dump.signal).toBe('SIGUSR2');
    expect(settingsOf({}, { SHUTDOWN_DUMP: 'false' }).dump.signal).toBeUndefined();
    expect(settingsOf({ dump: false }, { SHUTDOWN_DUMP: 'SIGUSR2' }).dump.signal).toBeUndefined();
  });

  it.each(['SIGTERM', 'SIGKILL', 'SIGHUP', 'SIGUSR1', 'USR2', true, 12])(
    'is no signal that ends a service: %p',
    (dump) => {
      expect(problemsOf({ dump })).toHaveLength(1);
    },
  );

  it('is refused where it would be served nowhere, or starts a shutdown', () => {
    expect(problemsOf({ dump: { page: true } })).toEqual([
      'dump.page: received true without a probePort, where it is served. Type probePort: 9000, or leave page out.',
    ]);
    expect(problemsOf({ dump: 'SIGUSR2', signals: ['SIGTERM', 'SIGUSR2'] })).toEqual([
      "dump: received 'SIGUSR2', which is among signals and starts a shutdown. Type dump: 'SIGTTIN'.",
    ]);
  });
});
