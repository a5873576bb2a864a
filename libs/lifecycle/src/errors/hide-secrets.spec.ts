import { hideSecretsIn } from './hide-secrets-in.js';
import { hideSecrets, isSecretName, secretsOfProcess } from './hide-secrets.js';

const SECRETS = {
  password: 'hunter2-Correct/Horse',
  jwt: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  aws: 'AKIAIOSFODNN7EXAMPLE',
  github: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a',
  generated: 'wJalrXUtnFEMIK7MDENGbPxRfiCYEX4MPLEKEY',
  hex: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
};

describe('hideSecrets', () => {
  it.each([
    [`connect ECONNREFUSED postgres://orders:${SECRETS.password}@db:5432/orders`, 'postgres://***@db:5432/orders'],
    [`amqp://guest:p@ss:w@rd@rabbit/`, 'amqp://***@rabbit/'],
    [`login failed: password=${SECRETS.password};host=db`, 'password=***;host=db'],
    [`{"apiKey":"${SECRETS.password}","region":"eu"}`, '{"apiKey":***,"region":"eu"}'],
    [`client_secret: '${SECRETS.password}'`, 'client_secret: ***'],
    [`PGPASSWORD=${SECRETS.password}`, 'PGPASSWORD=***'],
    [`DB_PASS=${SECRETS.password}`, 'DB_PASS=***'],
    [`Authorization: Bearer ${SECRETS.password}`, 'Authorization: ***'],
    [`sent Basic ${Buffer.from(`a:${SECRETS.password}`).toString('base64')}`, 'sent Basic ***'],
    [`rejected ${SECRETS.jwt}`, 'rejected ***'],
    [`key ${SECRETS.aws} is unknown`, 'key *** is unknown'],
    [`${SECRETS.github} has expired`, '*** has expired'],
    [`of ${SECRETS.generated}.`, 'of ***.'],
    [`of ${SECRETS.hex}.`, 'of ***.'],
    [`-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY----- no`, '*** no'],
  ])('hides what is secret in %j', (text, shown) => {
    expect(hideSecrets(text, [])).toContain(shown);
    for (const secret of Object.values(SECRETS)) expect(hideSecrets(text, [])).not.toContain(secret);
  });

  it.each([
    'password authentication failed for user "orders"',
    'connect ECONNREFUSED 127.0.0.1:5432',
    'orders-api-production-7d9f8b6c5d-x2x4z',
    'OrdersV2DatabaseConnection',
    'https://orders.example.com/health?verbose=1',
    '2026-11-30T09:29:41.000Z',
    'the author of bypass passed 12 of 12',
    '@nestjs/platform-express@12.5.1',
  ])('leaves %j as it is', (text) => {
    expect(hideSecrets(text, [])).toBe(text);
  });

  it('hides the values of secret variables wherever they are, in every form', () => {
    const known = secretsOfProcess({
      STRIPE_TOKEN: 'short and spaced',
      DATABASE_URL: 'postgres://orders:p%40ss%2Fword@db/orders',
      SESSION: SECRETS.hex,
      REGION: 'eu-west-1',
      PIN: '12',
    });
    const text = hideSecrets(`short and spaced, p@ss/word, p%40ss%2Fword, short%20and%20spaced, eu-west-1, 12`, known);
    expect(text).toBe('***, ***, ***, ***, eu-west-1, 12');
    expect(hideSecrets(SECRETS.hex, known)).toBe('***');
  });

  it('hides by the name of a field, at any depth, and in names', () => {
    const shown = hideSecretsIn({
      database: { host: 'db', password: 'hunter2', port: 5432, tokens: ['a1', { value: 'kept' }] },
      error: new Error(`no route to redis://:${SECRETS.password}@cache`),
      [`redis://:${SECRETS.password}@cache`]: 1,
      at: new Date(0),
      bytes: Buffer.from(SECRETS.password),
    });
    expect(shown).toEqual({
      database: { host: 'db', password: '***', port: 5432, tokens: ['***', { value: 'kept' }] },
      error: 'no route to redis://***@cache',
      'redis://***@cache': 1,
      at: '1970-01-01T00:00:00.000Z',
      bytes: '21 bytes',
    });
  });

  it('cuts what is too large, and what contains itself', () => {
    const circle: Record<string, unknown> = { list: Array.from({ length: 500 }, (_, index) => index) };
    circle['self'] = circle;
    circle['again'] = [circle, circle, circle];
    expect(JSON.stringify(hideSecretsIn(circle)).length).toBeLessThan(50_000);
  });

  it.each(['DB_PASS', 'dbPass', 'apiKey', 'API-KEY', 'JWT', 'sessionToken', 'AUTH', 'SENTRY_DSN', 'salt'])(
    'takes %s for the name of a secret',
    (name) => expect(isSecretName(name)).toBe(true),
  );

  it.each(['author', 'bypass', 'passed', 'PINNED', 'signal', 'PORT', 'keyboard'])('takes %s for none', (name) =>
    expect(isSecretName(name)).toBe(false),
  );
});
