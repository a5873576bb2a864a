import { runInNewContext } from 'node:vm';
import { parseEnvironmentDuration } from '../deadline/duration.js';
import { USUAL_PATHS } from './exempt-option.js';
import { INVALID, isInvalid } from './flaws.js';
import { DEFAULT_LONG_LIVED } from './long-lived-option.js';
import { type OptionField } from './option-field.js';
import { OPTION_FIELDS } from './option-fields.js';

const fields: [string, OptionField<unknown>][] = Object.entries(OPTION_FIELDS);
const exact = (ms: number) => ({ minMs: ms, maxMs: ms, quietMs: 1000, untilProbesFailed: undefined, isExplicit: true });

/** Options that take what is nonsense for all others. */
const WHAT_IS_NO_NONSENSE: Readonly<Record<string, readonly string[]>> = {
  lateRequestBody: ['object', 'function'],
  correlationId: ['function'],
  onReport: ['function'],
};

describe('OPTION_FIELDS', () => {
  it('names the variables of the contract, and no others', () => {
    expect(fields.flatMap(([, { variable }]) => variable ?? [])).toEqual([
      'SHUTDOWN_ENABLED',
      'SHUTDOWN_GRACE_PERIOD',
      'SHUTDOWN_PRE_STOP',
      'SHUTDOWN_LAME_DUCK',
      'SHUTDOWN_SINGLE_REPLICA',
      'SHUTDOWN_DRAIN_TIMEOUT',
      'SHUTDOWN_HOOK_BUDGET',
      'SHUTDOWN_LATE_REQUESTS',
      'SHUTDOWN_RETRY_AFTER',
      'SHUTDOWN_PROBE_PORT',
      'SHUTDOWN_METRICS',
      'SHUTDOWN_TRACES',
      'HEALTH_ENABLED',
      'HEALTH_CHECK_INTERVAL',
      'HEALTH_HISTORY_SIZE',
      'HEALTH_ANOMALY_THRESHOLD',
      'SHUTDOWN_PRODUCTION_READINESS',
      'SHUTDOWN_REPORT_FILE',
      'SHUTDOWN_TERMINATION_LOG',
      'SHUTDOWN_WATCHDOG',
      'SHUTDOWN_DUMP',
    ]);
  });

  it.each(fields)('accepts the example it gives for %s', (_name, field) => {
    // Examples are written as code.
    const value: unknown = runInNewContext(`(${field.example})`);
    expect(isInvalid(field.parse(value))).toBe(false);
    if (field.parseVariable !== undefined)
      expect(field.parseVariable(field.example.replaceAll("'", ''))).not.toBe(INVALID);
  });

  it.each(fields)('refuses nonsense for %s, without throwing', (name, field) => {
    const nonsense = [null, NaN, -1, 1.5e12, 'nonsense', [null], { nonsense: true }, Symbol('nonsense'), () => 1, 10n];
    const acceptable: ReadonlySet<unknown> = new Set(WHAT_IS_NO_NONSENSE[name] ?? []);
    for (const value of nonsense) {
      if (!acceptable.has(typeof value)) expect(isInvalid(field.parse(value))).toBe(true);
    }
    if (field.variable !== undefined) expect(field.parseVariable?.('nonsense')).toBe(INVALID);
  });

  it.each(['gracePeriod', 'preStop', 'drainTimeout', 'hookBudget'] as const)(
    'reads %s in milliseconds from code and in seconds from the environment',
    (name) => {
      const field = OPTION_FIELDS[name];
      expect(field.parse(30)).toBe(30);
      expect(field.parse('30s')).toBe(30_000);
      expect(field.parseVariable?.('30')).toBe(parseEnvironmentDuration('30s'));
      expect(field.parseVariable?.('30ms')).toBe(30);
    },
  );

  describe('enabled', () => {
    const field = OPTION_FIELDS.enabled;

    it('is a boolean in code', () => {
      expect(field.parse(false)).toBe(false);
      expect(field.parse('false')).toBe(INVALID);
      expect(field.parse(0)).toBe(INVALID);
    });

    it('is what people write for one in the environment', () => {
      for (const text of ['true', 'TRUE', '1', 'yes', ' on ']) expect(field.parseVariable?.(text)).toBe(true);
      for (const text of ['false', 'False', '0', 'no', 'off']) expect(field.parseVariable?.(text)).toBe(false);
      for (const text of ['2', 'enabled', 'null']) expect(field.parseVariable?.(text)).toBe(INVALID);
    });
  });

  describe('lameDuck', () => {
    const field = OPTION_FIELDS.lameDuck;

    it('is a fixed time, or a range that ends early once traffic has gone', () => {
      expect(field.parse('5s')).toEqual(exact(5000));
      expect(field.parse(0)).toEqual(exact(0));
      expect(field.parse({ min: '2s', max: '15s' })).toEqual({
        minMs: 2000,
        maxMs: 15_000,
        quietMs: 1000,
        untilProbesFailed: undefined,
        isExplicit: true,
      });
      expect(field.parse({ min: 0, max: 10, quiet: 5 })).toEqual({
        minMs: 0,
        maxMs: 10,
        quietMs: 5,
        untilProbesFailed: undefined,
        isExplicit: true,
      });
    });

    it('is written 2s..15s in the environment, where bare numbers are seconds', () => {
      const range = { minMs: 2000, maxMs: 15_000, quietMs: 1000, untilProbesFailed: undefined, isExplicit: true };
      expect(field.parseVariable('2s..15s')).toEqual(range);
      expect(field.parseVariable('2..15')).toEqual(range);
      expect(field.parseVariable(' 2s .. 15s ')).toEqual(range);
      expect(field.parseVariable('5s')).toEqual(exact(5000));
      expect(field.parseVariable('5')).toEqual(exact(5000));
    });

    it.each([
      ['without a max', { min: '2s' }],
      ['without a min', { max: '2s' }],
      ['upside down', { min: '3s', max: '2s' }],
      ['with a bad quiet', { min: '1s', max: '2s', quiet: 'short' }],
      ['with a word it does not know', { min: '1s', max: '2s', silence: '1s' }],
    ])('is not a range %s', (_what, value) => {
      expect(isInvalid(field.parse(value))).toBe(true);
    });

    it('takes its default ends where probes decide, and traffic only when it is written', () => {
      const open = { minMs: 0, maxMs: undefined, quietMs: undefined, untilProbesFailed: 3, isExplicit: true };
      expect(field.parse({ untilProbesFailed: 3 })).toEqual(open);
      expect(field.parse({ max: '60s', quiet: '2s', untilProbesFailed: 3 })).toEqual({
        ...open,
        maxMs: 60_000,
        quietMs: 2000,
      });
      for (const untilProbesFailed of [0, -1, 1.5, '3', true]) {
        expect(isInvalid(field.parse({ untilProbesFailed }))).toBe(true);
      }
    });

    it.each(['15s..2s', '2s..', '..15s', '1s..2s..3s', '2s-15s', '..'])('is not %p', (text) => {
      expect(field.parseVariable(text)).toBe(INVALID);
    });
  });

  describe('lateRequests and exit', () => {
    it('take their words, in any case in the environment', () => {
      expect(OPTION_FIELDS.lateRequests.parse('refuse')).toBe('refuse');
      expect(OPTION_FIELDS.lateRequests.parse('Refuse')).toBe(INVALID);
      expect(OPTION_FIELDS.lateRequests.parseVariable?.(' REFUSE ')).toBe('refuse');
      expect(OPTION_FIELDS.exit.parse('signal')).toBe('signal');
      expect(OPTION_FIELDS.exit.parse(0)).toBe(INVALID);
    });
  });

  describe('probePort', () => {
    const field = OPTION_FIELDS.probePort;

    it('is any port there is', () => {
      for (const port of [0, 1, 9000, 65_535]) expect(field.parse(port)).toBe(port);
      for (const port of [-1, 65_536, 80.5, '9000', true]) expect(field.parse(port)).toBe(INVALID);
      expect(field.parseVariable(' 9000 ')).toBe(9000);
      for (const text of ['65536', '-1', '9e3', '0x50']) expect(field.parseVariable(text)).toBe(INVALID);
    });
  });

  describe('health', () => {
    const field = OPTION_FIELDS.health;

    it('is served or not, and somewhere else on demand', () => {
      expect(field.parse(true)).toEqual({ isServed: true, path: '/health' });
      expect(field.parse(false)).toEqual({ isServed: false, path: '/health' });
      expect(field.parse({})).toEqual({ isServed: true, path: '/health' });
      expect(field.parse({ path: '/internal/probes/' })).toEqual({ isServed: true, path: '/internal/probes' });
      expect(field.parse({ path: '/' })).toEqual({ isServed: true, path: '' });
    });

    it.each([['health'], [{ path: 'health' }], [{ path: '/health?full' }], [{ path: '/:id' }], [{ path: 1 }]])(
      'is not %j',
      (value) => {
        expect(isInvalid(field.parse(value))).toBe(true);
      },
    );
  });

  describe('readiness', () => {
    const field = OPTION_FIELDS.readiness;

    it('fills in what was left out, but for what another option may decide', () => {
      expect(field.parse({})).toEqual({ onShutdown: undefined, cacheForMs: 1000, timeoutMs: 800 });
      expect(field.parse({ onShutdown: 'pass', cacheFor: 0, timeout: '2s' })).toEqual({
        onShutdown: 'pass',
        cacheForMs: 0,
        timeoutMs: 2000,
      });
    });

    it.each([[{ onShutdown: 'maybe' }], [{ timeout: 0 }], [{ timeout: 'short' }], [{ cacheFor: -1 }], [{ other: 1 }]])(
      'is not %j',
      (value) => {
        expect(isInvalid(field.parse(value))).toBe(true);
      },
    );
  });

  describe('signals', () => {
    const field = OPTION_FIELDS.signals;

    it('is a list of signals, each once', () => {
      expect(field.parse(['SIGTERM'])).toEqual(['SIGTERM']);
      expect(field.parse(['SIGINT', 'SIGUSR2', 'SIGINT'])).toEqual(['SIGINT', 'SIGUSR2']);
    });

    it.each([[[]], ['SIGTERM'], [['SIGKILL']], [['SIGSTOP']], [['TERM']], [['sigterm']], [[15]]])(
      'is not %j',
      (value) => {
        expect(isInvalid(field.parse(value))).toBe(true);
      },
    );
  });

  describe('retryAfter', () => {
    const field = OPTION_FIELDS.retryAfter;

    it('is a time, or a range of times', () => {
      expect(field.parse('2s')).toEqual({ min: 2000, max: 2000 });
      expect(field.parse({ min: '1s', max: '5s' })).toEqual({ min: 1000, max: 5000 });
      expect(field.parseVariable('2')).toEqual({ min: 2000, max: 2000 });
      expect(field.parseVariable('1s..5s')).toEqual({ min: 1000, max: 5000 });
    });

    it.each([{ min: '1s' }, { min: '5s', max: '1s' }, { min: 1, max: 2, jitter: 1 }, [1, 2]])('is not %j', (value) => {
      expect(isInvalid(field.parse(value))).toBe(true);
    });
  });

  describe('exempt', () => {
    const field = OPTION_FIELDS.exempt;

    it('is a list of paths, with a star for what is below', () => {
      for (const listed of [[], ['/'], ['/status', '/admin/*'], ['/a.b/c-d']])
        expect(field.parse(listed)).toEqual({ usual: USUAL_PATHS, listed, except: [] });
    });

    it('takes out, with a !, what would be exempt without it', () => {
      expect(field.parse(['!/metrics', '/admin/*', '!/admin/import', '!/health/*'])).toEqual({
        usual: USUAL_PATHS,
        listed: ['/admin/*'],
        except: ['/metrics', '/admin/import', '/health/*'],
      });
      for (const path of ['!/*', '!/health/', '!/healthz']) expect(isInvalid(field.parse([path]))).toBe(false);
    });

    it.each(['status', '/orders/:id', '/a?b', '/a#b', '/a b', '/*/b', '/a*', '*', '', '!', '!metrics', '!!/metrics'])(
      'is not %p',
      (path) => {
        expect(isInvalid(field.parse([path]))).toBe(true);
      },
    );

    it.each(['!/metric', '!/metrics/all', '!/orders', '!/healthy/*'])(
      'does not take out %s, which is not exempt anyway',
      (path) => {
        expect(isInvalid(field.parse(['/admin/*', path]))).toBe(true);
      },
    );
  });

  describe('longLived', () => {
    const field = OPTION_FIELDS.longLived;

    it('has a default for whatever is left out', () => {
      expect(field.parse({})).toMatchObject({ spreadMs: 5000, closeCode: 1001, event: 'server-shutting-down' });
      expect(field.parse({ spread: '2s', closeCode: 4000 })).toEqual({
        ...DEFAULT_LONG_LIVED,
        spreadMs: 2000,
        closeCode: 4000,
      });
    });

    it.each([999, 1004, 1005, 1006, 1015, 2999, 5000, 1001.5, '1001'])('does not close with %p', (closeCode) => {
      expect(isInvalid(field.parse({ closeCode }))).toBe(true);
    });

    it('gives no reason that does not fit into a close frame', () => {
      expect(isInvalid(field.parse({ closeReason: 'ü'.repeat(61) }))).toBe(false);
      expect(isInvalid(field.parse({ closeReason: 'ü'.repeat(62) }))).toBe(true);
    });

    it.each([{ event: ' ' }, { event: 'disconnect' }, { retry: '-1s' }, { spread: 'soon' }, { jitter: true }])(
      'is not %j',
      (value) => {
        expect(isInvalid(field.parse(value))).toBe(true);
      },
    );
  });
});
