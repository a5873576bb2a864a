import { inspect } from 'node:util';
import { isInvalid } from './flaws.js';
import { resolveSettings } from './resolve-settings.js';
import { PRODUCTION_READINESS_FIELD as FIELD } from './production-readiness-option.js';

const off = { level: 'off', secrets: {}, checks: {}, accept: {}, timeoutMs: 5000 };

function problemOf(productionReadiness: unknown): string {
  try {
    resolveSettings({ code: { productionReadiness }, platform: 'linux', variable: () => undefined });
  } catch (error) {
    return String(error);
  }
  throw new Error('these options are accepted');
}

describe('the option productionReadiness', () => {
  it.each<[unknown, object]>([
    [true, { level: 'refuse' }],
    [false, {}],
    ['warn', { level: 'warn' }],
    ['off', {}],
    [{}, { level: 'refuse' }],
    [
      { inProduction: 'warn', timeout: '2s' },
      { level: 'warn', timeoutMs: 2000 },
    ],
    [{ secrets: ['JWT_SECRET'] }, { level: 'refuse', secrets: { JWT_SECRET: 32 } }],
    [{ secrets: { JWT_SECRET: 64 } }, { level: 'refuse', secrets: { JWT_SECRET: 64 } }],
    [
      { checks: { debug: 'off' }, accept: { cors: ' why ' } },
      { level: 'refuse', checks: { debug: 'off' }, accept: { cors: 'why' } },
    ],
  ])('takes %j', (value, expected) => {
    expect(FIELD.parse(value)).toEqual({ ...off, ...expected });
  });

  it.each<[string, string]>([
    ['true', 'refuse'],
    ['refuse', 'refuse'],
    [' Warn ', 'warn'],
    ['0', 'off'],
    ['off', 'off'],
  ])('takes %j in the environment', (text, level) => {
    expect(FIELD.parseVariable?.(text)).toEqual({ ...off, level });
  });

  it('refuses other words in the environment', () => {
    expect(isInvalid(FIELD.parseVariable?.('maybe'))).toBe(true);
  });

  it.each<[unknown, RegExp]>([
    ['maybe', /productionReadiness: received 'maybe'; allowed: true, false/],
    [7, /productionReadiness: received 7/],
    [{ accept: { cors: '' } }, /productionReadiness\.accept\['cors'\]: .*a text that says why/],
    [{ accept: ['cors'] }, /productionReadiness\.accept: .*by its id/],
    [
      { checks: { debug: 'ignore' } },
      /productionReadiness\.checks\['debug'\]: received 'ignore'; allowed: 'refuse', 'warn' or 'off'/,
    ],
    [{ secrets: { JWT_SECRET: 0 } }, /productionReadiness\.secrets\['JWT_SECRET'\]: .*from 1 to 1024/],
    [{ timeout: 0 }, /productionReadiness\.timeout: received 0/],
    [
      { secret: ['JWT_SECRET'] },
      /productionReadiness\.secret: there is no such option .*did you mean productionReadiness\.secrets/,
    ],
  ])('refuses %j', (value, message) => {
    expect(problemOf(value)).toMatch(message);
  });

  it('shows no secret that was written in place of something else', () => {
    const secret = 'hunter2-of-production';
    for (const value of [
      { secrets: { JWT_SECRET: secret } },
      { secrets: [secret, 7] },
      { secret },
      { secrets: secret },
    ]) {
      expect(inspect(problemOf(value))).not.toContain(secret);
    }
  });
});
