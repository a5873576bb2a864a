import { textPrintedBy } from '../../../../test/support/printed-settings.js';
import { resolveSettings } from '../../../lifecycle/src/options/resolve-settings.js';
import { Field } from '../source/field.js';
import { Source } from '../source/source.js';
import { learnSettings } from './learn-settings.js';
import { parsePrintedSettings } from './printed-settings.js';
import { type ServiceSettings } from './service-settings.js';

type Variables = Readonly<Record<string, string>>;

function learn(variables: Variables, isProduction = true): ServiceSettings {
  return learnSettings({ printed: undefined, isProduction, variables: fieldsOf(variables), at: fieldOf('orders') });
}

function fieldsOf(variables: Variables): ReadonlyMap<string, Field> {
  return new Map(Object.entries(variables).map(([name, text]) => [name, fieldOf(text)]));
}

function fieldOf(text: string): Field {
  const source = new Source({ path: 'a.yaml', text });
  return Field.root(source, { kind: 'scalar', span: { start: 0, end: text.length }, content: text, text });
}

/** What the service itself makes of the same variables; `undefined` when it would not start. */
function resolve(variables: Variables, isProduction: boolean) {
  const all: Variables = isProduction ? { ...variables, NODE_ENV: 'production' } : variables;
  try {
    return resolveSettings({ code: {}, platform: 'linux', variable: (name) => all[name] });
  } catch {
    return undefined;
  }
}

/** What the service says in place of starting. */
function refusedBecause(variables: Variables): string {
  try {
    resolveSettings({
      code: {},
      platform: 'linux',
      variable: (name) => ({ ...variables, NODE_ENV: 'production' })[name],
    });
    return '';
  } catch (error) {
    return String(error);
  }
}

/** Every mix of a few texts that fit, do not fit, or cannot be read. */
function environments(): Variables[] {
  const texts = [undefined, '0', '5', ' 2s ', '250ms', '1m', '12.5', 'soon', '-1', '25h', '2s..9s'];
  const names = ['SHUTDOWN_GRACE_PERIOD', 'SHUTDOWN_LAME_DUCK', 'SHUTDOWN_DRAIN_TIMEOUT', 'SHUTDOWN_HOOK_BUDGET'];
  let mixed: Variables[] = [{}, { SHUTDOWN_PRE_STOP: '3s' }, { SHUTDOWN_LATE_REQUESTS: 'Refuse' }];
  for (const name of names) {
    mixed = mixed.flatMap((one) =>
      texts.map((text) => (text === undefined ? one : Object.assign({}, one, { [name]: text }))),
    );
  }
  return mixed.filter((_, index) => index % 7 === 0);
}

describe('settings learned from the environment', () => {
  it.each([true, false])('are those the service itself makes of it (production: %s)', (isProduction) => {
    let agreed = 0;
    for (const variables of environments()) {
      const { problems, ...learned } = learn(variables, isProduction);
      const settings = resolve(variables, isProduction);
      expect({ variables, isRefused: problems.length > 0 }).toEqual({ variables, isRefused: settings === undefined });
      if (settings === undefined) continue;
      const { gracePeriodMs, preStopMs, marginMs, budgetMs, hookBudgetMs, drainTimeoutMs, lateRequests } = settings;
      const shares = { gracePeriodMs, preStopMs, marginMs, budgetMs, hookBudgetMs, drainTimeoutMs, lateRequests };
      const { minMs, maxMs } = settings.lameDuck;
      expect({ variables, learned }).toMatchObject({ variables, learned: { ...shares, lameDuck: { minMs, maxMs } } });
      agreed += 1;
    }
    expect(agreed).toBeGreaterThan(200);
  });

  it('say where they are written, and where they are not', () => {
    const { origin, variables } = learn({ SHUTDOWN_GRACE_PERIOD: '40s' });
    expect(origin).toBe('environment');
    expect([...variables.keys()]).toEqual(['SHUTDOWN_GRACE_PERIOD']);
    expect(learn({}).origin).toBe('defaults');
  });

  it('show a sum that does not fit', () => {
    expect(learn({ SHUTDOWN_GRACE_PERIOD: '10s', SHUTDOWN_DRAIN_TIMEOUT: '30s' }).problems).toMatchObject([
      {
        message:
          'pre-stop 0s + lame duck 2.25s + drain 30s + hooks 2.25s + margin 1s = 35.5s do not fit into the grace ' +
          'period of 10s',
      },
    ]);
  });

  it('name the smallest grace period that fits, which both the check and the service take', () => {
    let refused = 0;
    for (const variables of environments()) {
      const { problems, gracePeriodMs } = learn(variables);
      const [, seconds = ''] = /SHUTDOWN_GRACE_PERIOD\n +value: (\d+)s/.exec(problems[0]?.remedy ?? '') ?? [];
      if (seconds === '') continue;
      const mended = { ...variables, SHUTDOWN_GRACE_PERIOD: `${seconds}s` };
      expect({ mended, problems: learn(mended).problems }).toEqual({ mended, problems: [] });
      expect({ mended, isTaken: resolve(mended, true) !== undefined }).toEqual({ mended, isTaken: true });
      expect(problems[0]?.remedy).toContain(`terminationGracePeriodSeconds: ${seconds} `);
      expect(gracePeriodMs).toBe(Number(seconds) * 1000);
      expect(refusedBecause(variables)).toContain(`gracePeriod: '${seconds}s'`);
      refused += 1;
    }
    expect(refused).toBeGreaterThan(100);
  });
});

const text = textPrintedBy({ code: { health: true, signals: ['SIGTERM'] }, server: { keepAliveTimeoutMs: 72_000 } });
const printed = JSON.parse(text) as Record<string, unknown>;

describe('settings that a service printed', () => {
  function learnPrinted(text: string): ServiceSettings {
    const at = fieldOf('orders');
    return learnSettings({ printed: parsePrintedSettings(text), isProduction: true, variables: new Map(), at });
  }

  it('count for more than anything else', () => {
    expect(learnPrinted(`\n> start\n${JSON.stringify(printed)}\n`)).toMatchObject({
      origin: 'printed',
      healthPath: '/health',
      server: { keepAliveTimeoutMs: 72_000 },
    });
  });

  it('have the lame duck of production, wherever they were printed', () => {
    expect(learnPrinted(JSON.stringify(printed))).toMatchObject({
      lameDuck: { minMs: 5000, maxMs: 10_000 },
      drainTimeoutMs: 13_000,
    });
  });

  it.each([
    ['log lines in JSON before and after', `{"level":30,"msg":"a {"}\n${JSON.stringify(printed)}\n{"level":30}\n`],
    ['an object on several lines', `{"level":30}\n${JSON.stringify(printed, undefined, 2)}\n}`],
    ['keys in another order', JSON.stringify(Object.fromEntries(Object.entries(printed).toReversed()))],
    ['an older run before it', `${JSON.stringify({ ...printed, version: 1 })}\n${JSON.stringify(printed)}\n`],
    ['a log line that quotes them', `${JSON.stringify(printed)}\n${JSON.stringify({ msg: JSON.stringify(printed) })}`],
    ['the prefix of a log collector', `orders-1 | ${JSON.stringify(printed)}`],
  ])('are found with %s', (_what, text) => {
    expect(parsePrintedSettings(text)).toMatchObject({ written: { signals: { value: ['SIGTERM'] } } });
  });

  it('are given up on in a text that is made to be searched for ever', () => {
    const text = '{'.repeat(1_000_000) + '"format":"nestjs-lifecycle/settings"'.repeat(1000);
    expect(() => parsePrintedSettings(text)).toThrow('there is no JSON object in it');
  });

  it.each([
    ['nothing', 'there is no JSON object in it'],
    ['{ "a": ', 'there is no JSON object in it'],
    ['{ "a": }', 'it is not JSON'],
    ['{}', 'format is missing; allowed: "nestjs-lifecycle/settings"'],
    [JSON.stringify({ ...printed, version: 1 }), 'version is 1; allowed: 2'],
    [JSON.stringify({ ...printed, written: undefined }), 'written is missing; allowed: an object of options'],
    [
      JSON.stringify({ ...printed, written: { gracePeriod: { origin: 'code', value: 'soon' } } }),
      'allowed: { "origin": …, "value": milliseconds }, or nothing',
    ],
    [JSON.stringify({ ...printed, server: { port: 'http' } }), 'server.port is "http"; allowed: a port, or nothing'],
  ])('are refused when they are %s', (text, problem) => {
    expect(() => parsePrintedSettings(text, 'settings.json')).toThrow(problem);
    expect(() => parsePrintedSettings(text, 'settings.json')).toThrow('SHUTDOWN_PRINT_SETTINGS=1');
  });
});
