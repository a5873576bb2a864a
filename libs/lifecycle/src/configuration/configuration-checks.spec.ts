import { inspect } from 'node:util';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { turns } from '../../../../test/support/event-loop.js';
import { NOT_CHECKED, type ProductionReadinessSettings } from '../options/production-readiness-option.js';
import { type ApplicationFacts } from './application-facts.js';
import { checkAtStart } from './checked-at-start.js';
import { ConfigurationChecks } from './configuration-checks.js';
import { type ConfigurationCheck, NotJudged } from './configuration-check.js';
import { NotProductionReadyError } from './not-production-ready-error.js';
import { type ProductionReadinessCheck } from './own-check.js';

const SECRET = 'pa55-of-the-database';

const found: ConfigurationCheck = {
  name: 'ready-made',
  run: () => [{ about: 'ONE', message: 'it is wrong', remedy: 'Type ONE=right.' }, { message: 'so is this' }],
};

interface World {
  readonly checks: ConfigurationChecks;
  readonly clock: ManualClock;
  readonly lines: string[];
  readonly start: (isProduction?: boolean) => Promise<void>;
}

function world(written: Partial<ProductionReadinessSettings> = {}, known: readonly ConfigurationCheck[] = []): World {
  const clock = new ManualClock();
  const productionReadiness = { ...NOT_CHECKED, level: 'refuse', ...written } as const;
  const checks = new ConfigurationChecks({ clock, settings: { productionReadiness } }, known);
  const lines: string[] = [];
  const log = {
    log: (text: string) => void lines.push(`log ${text}`),
    warn: (text: string) => void lines.push(`warn ${text}`),
  };
  const facts = (isProduction: boolean): ApplicationFacts => ({
    variable: (name) => ({ DB_PASSWORD: SECRET, ORDERS: `postgres://u:${SECRET}x@db/o` })[name],
    variableNames: ['DB_PASSWORD', 'ORDERS'],
    isProduction,
    clients: [],
    closesAtSignals: true,
    probes: 'reachable',
    corsFor: () => undefined,
  });
  const start = (isProduction = true): Promise<void> =>
    checkAtStart({ configuration: checks, log }, () => facts(isProduction));
  return { checks, clock, lines, start };
}

async function refusalOf(starting: Promise<void>): Promise<NotProductionReadyError> {
  const error: unknown = await starting.then(
    () => new Error('it has started'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NotProductionReadyError) return error;
  throw error;
}

describe('the checks of the configuration', () => {
  it('refuse to start in production, with every problem in one error, and what to type', async () => {
    const { checks, start, lines } = world({}, [found]);
    checks.add('mail', () => ({ message: 'the sandbox is on.', remedy: 'Type MAIL_SANDBOX=false.' }));
    const error = await refusalOf(start());
    expect(error.message.split('\n')).toEqual([
      'The service does not start in production: 3 problems in its configuration.',
      '  - ready-made:ONE: it is wrong. Type ONE=right.',
      '  - ready-made: so is this.',
      '  - mail: the sandbox is on. Type MAIL_SANDBOX=false.',
      "To accept one, type productionReadiness: { accept: { 'ready-made:ONE': 'why' } }.",
    ]);
    expect(error).toMatchObject({ code: 'NOT_PRODUCTION_READY', result: { status: 'not-ready', isProduction: true } });
    // Not said twice where an error is printed with its fields.
    expect(inspect(error).match(/it is wrong/g)).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it('warn elsewhere, one line a problem, and tell what production would do', async () => {
    const { checks, start, lines } = world({}, [found]);
    await start(false);
    expect(lines).toEqual([
      'log configuration: 2 problems, 0 accepted, 0 checks passed, 0 not judged. In production the service would not start',
      'warn configuration: ready-made:ONE: it is wrong. Type ONE=right.',
      'warn configuration: ready-made: so is this.',
    ]);
    expect(checks.result).toMatchObject({ status: 'not-ready', isProduction: false });
  });

  it('warn in production as well where that was asked for, as a whole or of one check', async () => {
    for (const written of [{ level: 'warn' }, { checks: { 'ready-made': 'warn' } }] as const) {
      const { start, lines } = world(written, [found]);
      await start();
      expect(lines.filter((line) => line.startsWith('warn'))).toHaveLength(2);
    }
    const strict = world({ level: 'warn', checks: { 'ready-made': 'refuse' } }, [found]);
    expect((await refusalOf(strict.start())).result.problems).toHaveLength(2);
    const off = world({ checks: { 'ready-made': 'off' } }, [found]);
    await off.start();
    expect(off.lines).toEqual(['log configuration: 0 problems, 0 accepted, 0 checks passed, 0 not judged']);
  });

  it('name what only warns beside what refuses', async () => {
    const { checks, start } = world({ checks: { mail: 'warn' } }, [found]);
    checks.add('mail', () => 'slow');
    const { message } = await refusalOf(start());
    expect(message).toContain('2 problems in its configuration');
    expect(message).toContain('Beside them, and no reason to refuse:\n  - mail: slow.');
  });

  it('accept a problem for a reason, by its id or by its check, and say so', async () => {
    const one = world({ accept: { 'ready-made:ONE': 'we know', 'ready-made': 'all of it' } }, [found]);
    await one.start();
    expect(one.checks.result).toMatchObject({
      status: 'ready',
      problems: [],
      accepted: [
        { id: 'ready-made:ONE', reason: 'we know' },
        { id: 'ready-made', reason: 'all of it' },
      ],
    });
    expect(one.lines).toContain('log configuration: ready-made:ONE is accepted: we know');
  });

  it('tell of what is accepted or chosen, and is not there; of the first in production alone', async () => {
    const written = { accept: { 'mended:X': 'long ago' }, checks: { 'ready-maid': 'warn' } } as const;
    const fine: ConfigurationCheck = { name: 'ready-made', run: () => [] };
    const { start, lines } = world(written, [fine]);
    await start();
    const chosen =
      "warn productionReadiness.checks names 'ready-maid', and there is no such check. Type one of ready-made.";
    expect(lines).toContain(chosen);
    expect(lines).toContain(
      "warn productionReadiness.accept names 'mended:X', and there is no such problem. Remove it.",
    );
    const elsewhere = world(written, [fine]);
    await elsewhere.start(false);
    expect(elsewhere.lines.filter((line) => line.startsWith('warn'))).toEqual([chosen]);
    const open = world({ accept: { 'ready-made:X': 'why' } }, [
      { name: 'ready-made', run: () => new NotJudged('no idea') },
    ]);
    await open.start();
    expect(open.lines).toEqual(['log configuration: 0 problems, 0 accepted, 0 checks passed, 1 not judged']);
    expect(open.checks.result?.notJudged).toEqual([{ check: 'ready-made', why: 'no idea' }]);
  });

  it('look at nothing where that was not asked for, but tell of checks that somebody believes to run', async () => {
    const { checks, start, lines } = world({ level: 'off' }, [found]);
    await start();
    expect([lines, checks.result]).toEqual([[], undefined]);
    checks.add('mail', () => 'wrong');
    await start();
    expect(lines).toEqual([
      'warn Production checks are declared and do not run: mail. Type productionReadiness: true.',
    ]);
  });
});

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('a check of the application', () => {
  /** Whatever untyped code answers. */
  const answering = (answer: () => unknown): ProductionReadinessCheck['check'] =>
    answer as ProductionReadinessCheck['check'];

  it.each<[string, () => unknown, string[]]>([
    ['nothing', () => undefined, []],
    ['null', () => null, []],
    ['true', async () => true, []],
    ['an empty list', () => [], []],
    ['false', () => false, ['own: its check answered false']],
    ['a text', async () => 'the sandbox is on', ['own: the sandbox is on']],
    ['problems', () => ['one', { about: 'smtp', message: 'two' }], ['own: one', 'own:smtp: two']],
    ['a number', () => 7, ['own: its check answered a value of type number that says nothing']],
    ['an object', () => ({}), ['own: its check answered a value of type object that says nothing']],
    ['a revoked proxy', revoked, [expect.stringMatching(/^own: its check failed: /)]],
    [
      'what it throws',
      () => {
        throw new Error('no such table');
      },
      ['own: its check failed: no such table'],
    ],
    ['what it rejects with', () => Promise.reject(new Error('refused')), ['own: its check failed: refused']],
    [
      'an object without a prototype, thrown',
      () => AbortSignal.abort(Object.create(null)).throwIfAborted(),
      [expect.stringMatching(/^own: its check failed/)],
    ],
    ['line breaks', () => 'one\n::error::two\u202E', [String.raw`own: one\n::error::two\u202e`]],
  ])('may answer %s', async (_what, answer, problems) => {
    const { checks, start } = world();
    checks.add('own', answering(answer));
    await start(false);
    expect(checks.result?.problems.map(({ id, message }) => `${id}: ${message}`)).toEqual(problems);
  });

  it('that hangs is a problem once its time is up, and its signal is aborted', async () => {
    const { checks, start, clock } = world({ timeoutMs: 3000 });
    const signals: AbortSignal[] = [];
    const hang = ({ signal }: { signal: AbortSignal }): Promise<never> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    checks.add('slow', hang);
    checks.add('slower', hang, { timeout: '4s' });
    const starting = refusalOf(start());
    await turns(3);
    await clock.advance(3000);
    await turns(3);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await clock.advance(1000);
    expect((await starting).result.problems.map(({ id, message }) => `${id}: ${message}`)).toEqual([
      'slow: its check has not answered within 3s',
      'slower: its check has not answered within 4s',
    ]);
  });

  it('can shout no secret: passwords and tokens of the environment are hidden in what it says', async () => {
    const { checks, start, lines } = world();
    checks.add('thrown', () => {
      throw new Error(`connect postgres://u:${SECRET}x@db/o failed`);
    });
    checks.add('said', () => ({ about: SECRET, message: `the password is ${SECRET}`, remedy: `Type ${SECRET}.` }));
    checks.add('other', () => 'https://bob:hunter2@example.com/ answers 401');
    await start(false);
    const shown = inspect([lines, checks.result], { depth: 9 });
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain('hunter2');
    expect(checks.result?.problems).toHaveLength(3);
  });

  it('has at most 50 problems, and each has its length', async () => {
    const { checks, start } = world();
    checks.add('many', () => Array.from({ length: 1000 }, () => 'x'.repeat(10_000)));
    await start(false);
    const { problems = [] } = checks.result ?? {};
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)?.message).toBe('and 950 more problems');
    expect(Math.max(...problems.map(({ message }) => message.length))).toBeLessThanOrEqual(500);
  });

  it.each<[string, unknown[], RegExp]>([
    ['no name', [undefined, () => undefined, {}], /its name may have/],
    ['a name with a colon', ['a:b', () => undefined, {}], /its name may have/],
    ['the name of a ready-made one', ['ready-made', () => undefined, {}], /already is a check/],
    ['a name twice', ['twice', () => undefined, {}], /already is a check/],
    ['no function', ['own', 'no', {}], /it is no function/],
    ['no duration', ['own', () => undefined, { timeout: 'soon' }], /its timeout is no duration/],
    ['no time', ['own', () => undefined, { timeout: 0 }], /its timeout is no duration/],
  ])('is refused with %s', (_what, args, message) => {
    const { checks } = world({}, [found]);
    checks.add('twice', () => undefined);
    const add = checks.add.bind(checks) as (...args: unknown[]) => unknown;
    expect(() => add(...args)).toThrow(message);
  });

  it('can be taken back', async () => {
    const { checks, start } = world();
    const undo = checks.add('own', () => 'wrong');
    undo();
    await start();
    expect(checks.result?.status).toBe('ready');
  });
});
