import { inspect } from 'node:util';
import { type ApplicationFacts } from '../application-facts.js';
import { type CheckOutcome, type ConfigurationCheck, NotJudged } from '../configuration-check.js';
import { cors } from './cors.js';
import { databases } from './databases.js';
import { debugging } from './debugging.js';
import { probes } from './probes.js';
import { schema } from './schema.js';
import { secrets } from './secrets.js';
import { shutdownHooks } from './shutdown-hooks.js';

const GOOD = '9f86d081884c7d659a2feaa0c55ad015';

function facts(env: Readonly<Record<string, string>> = {}, other: Partial<ApplicationFacts> = {}): ApplicationFacts {
  return {
    variable: (name) => (Object.hasOwn(env, name) ? env[name] : undefined),
    variableNames: Object.keys(env),
    isProduction: true,
    clients: [],
    closesAtSignals: true,
    probes: 'reachable',
    corsFor: () => undefined,
    ...other,
  };
}

/** What it is about and what is wrong, or why it cannot be said. */
function saidOf(outcome: CheckOutcome): unknown {
  if (outcome instanceof NotJudged) return 'not judged';
  return outcome.map(({ about, message }) => (about === undefined ? message : `${about}: ${message}`));
}

async function said(
  check: ConfigurationCheck,
  of: ApplicationFacts,
  named: Record<string, number> = {},
): Promise<unknown> {
  return saidOf(await check.run(of, { secrets: named }));
}

describe('the check of secrets', () => {
  const named = { PAYMENTS_KEY: 16 };

  it.each<[string, Record<string, string>, string[]]>([
    ['missing', {}, ['PAYMENTS_KEY: the variable is not set']],
    ['empty', { PAYMENTS_KEY: ' \n' }, ['PAYMENTS_KEY: the variable is empty']],
    ['too short', { PAYMENTS_KEY: GOOD.slice(0, 15) }, ['PAYMENTS_KEY: it has fewer than 16 characters']],
    ['long enough', { PAYMENTS_KEY: GOOD.slice(0, 16) }, []],
    [
      'too short but for the spaces around it',
      { PAYMENTS_KEY: `${GOOD.slice(0, 12)}  \n\n` },
      ['PAYMENTS_KEY: it has fewer than 16 characters'],
    ],
    [
      'a placeholder',
      { PAYMENTS_KEY: 'change_me_before_release' },
      ['PAYMENTS_KEY: its value is a placeholder, which anybody can guess'],
    ],
  ])('looks at those that the options name: %s', async (_what, env, problems) => {
    expect(await said(secrets, facts(env), named)).toEqual(problems);
  });

  it.each([
    'JWT_SECRET',
    'SESSION_SECRET',
    'JWT_REFRESH_SECRET',
    'APP_JWT_SECRET_KEY',
    'COOKIE_SECRET',
    'ENCRYPTION_KEY',
  ])('knows %s, which is to have 32 characters where it is set', async (name) => {
    expect(await said(secrets, facts())).toEqual([]);
    expect(await said(secrets, facts({ [name]: '' }))).toEqual([]);
    expect(await said(secrets, facts({ [name]: GOOD }))).toEqual([]);
    expect(await said(secrets, facts({ [name]: GOOD.slice(1) }))).toEqual([`${name}: it has fewer than 32 characters`]);
  });

  it.each(['DB_PASSWORD', 'GITHUB_CLIENT_SECRET', 'STRIPE_API_KEY', 'SLACK_TOKEN'])(
    'takes a placeholder in %s for one, and no length amiss, which others have chosen',
    async (name) => {
      expect(await said(secrets, facts({ [name]: 'k9$Qz' }))).toEqual([]);
      expect(await said(secrets, facts({ [name]: 'changeme' }))).toHaveLength(1);
    },
  );

  it('leaves names alone that only begin so', async () => {
    const env = {
      JWT_SECRET_NAME: 'secret',
      JWT_SECRET_ARN: 'x',
      JWT_EXPIRES_IN: '60s',
      KEYBOARD: 'test',
      PWD: '/test',
    };
    expect(await said(secrets, facts(env))).toEqual([]);
  });

  it('finds a secret written in place of its name, and does not show it', async () => {
    const outcome = await secrets.run(facts({ OTHER: GOOD }), { secrets: { [GOOD]: 32 } });
    expect(saidOf(outcome)).toEqual([
      '[0]: productionReadiness.secrets has the value of a variable in place of its name',
    ]);
    expect(inspect(outcome)).not.toContain(GOOD);
  });

  it('shows no value, whatever is wrong with it', async () => {
    const values = ['hunter2-hunter2', 'your-secret-of-2026', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'];
    for (const value of values) {
      const env = { JWT_SECRET: value, PAYMENTS_KEY: value, DB_PASSWORD: value };
      const outcome = await secrets.run(facts(env), { secrets: { PAYMENTS_KEY: 200 } });
      expect(saidOf(outcome)).not.toEqual([]);
      expect(inspect(outcome)).not.toContain(value);
    }
  });

  it('is not led astray by names of members of every object', async () => {
    expect(await said(secrets, facts(), { constructor: 8, toString: 8 })).toEqual([
      'constructor: the variable is not set',
      'toString: the variable is not set',
    ]);
  });
});

describe('the check of debugging', () => {
  const production = { NODE_ENV: 'production' };

  it.each<[Record<string, string>, string[]]>([
    [production, []],
    [{}, ['NODE_ENV: it is not set, so frameworks send stacks to clients']],
    [{ NODE_ENV: 'Production' }, ['NODE_ENV: frameworks know it as production alone']],
    [{ NODE_ENV: 'prod' }, ['NODE_ENV: frameworks know it as production alone']],
    [{ NODE_ENV: 'staging' }, []],
    [{ ...production, DEBUG: '*' }, ['DEBUG: it is set, and what it logs may be secret']],
    [
      { ...production, DEBUG: 'express:*', APP_DEBUG: 'true' },
      ['DEBUG: it is set, and what it logs may be secret', 'APP_DEBUG: it is set, and what it logs may be secret'],
    ],
    [{ ...production, DEBUG: 'False', APP_DEBUG: '0' }, []],
    [
      { ...production, NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      ['NODE_TLS_REJECT_UNAUTHORIZED: it is 0, so every certificate is trusted'],
    ],
    [{ ...production, NODE_TLS_REJECT_UNAUTHORIZED: '1' }, []],
  ])('of %j says %j', async (env, problems) => {
    expect(await said(debugging, facts(env))).toEqual(problems);
  });

  it('is for production alone', async () => {
    expect(await said(debugging, facts({ DEBUG: '*' }, { isProduction: false }))).toBe('not judged');
  });
});

describe('the check of databases', () => {
  it.each<[string, string]>([
    ['DATABASE_URL', 'postgres://orders:p%40ss@localhost:5432/orders'],
    ['DATABASE_URL', 'postgres://orders:p@ss@127.0.0.1/orders'],
    ['DB_HOST', 'localhost'],
    ['DB_HOST', 'LOCALHOST.'],
    ['ORDERS_DB_HOST', '127.0.1.1'],
    ['PGHOST', '::1'],
    ['REDIS_URL', 'redis://:secret@[::1]:6379/0'],
    ['CACHE', 'rediss://localhost'],
    ['MONGODB_URI', 'mongodb://mongo-0.db,localhost:27018/orders?replicaSet=rs'],
    ['MSSQL', 'sqlserver://localhost:1433;database=orders'],
    ['MYSQL_DSN', 'host=localhost port=3306 user=orders'],
    ['DB_URL', 'jdbc:postgresql://localhost/orders'],
    ['DATABASE_HOST', 'host.docker.internal'],
    ['REDIS_HOST', '0.0.0.0:6379'],
  ])('finds this machine in %s=%s', async (name, value) => {
    const outcome = await databases.run(facts({ [name]: value }), { secrets: {} });
    expect(outcome).toMatchObject([{ about: name, message: expect.stringMatching(/^its host is /) as unknown }]);
    expect(inspect(outcome)).not.toMatch(/p%40ss|p@ss|:secret/);
  });

  it.each<[string, string]>([
    ['DATABASE_URL', 'postgres://orders:localhost@db.internal/localhost'],
    ['DATABASE_URL', 'postgres://orders@localhost/orders?host=/cloudsql/project:region:orders'],
    ['DATABASE_URL', 'file:./dev.db'],
    ['DATABASE_URL', '/var/run/postgresql'],
    ['DATABASE_URL', ''],
    ['DB_HOST', 'localhost.example.com'],
    ['DB_HOST', 'mylocalhost'],
    ['DB_HOST', '10.0.0.1'],
    ['TEST_DATABASE_URL', 'postgres://localhost/test'],
    ['SHADOW_DATABASE_URL', 'postgres://localhost/shadow'],
    ['HOST', 'localhost'],
    ['API_URL', 'http://localhost:3000'],
    ['DB_NAME', 'localhost'],
  ])('finds nothing in %s=%s', async (name, value) => {
    expect(await said(databases, facts({ [name]: value }))).toEqual([]);
  });

  it('looks at the clients among the providers, whatever the variables say', async () => {
    const clients = [
      { name: 'pg Pool PG_POOL', configuration: { addresses: ['postgres://u:hidden@localhost/x'] } },
      { name: 'ioredis client CACHE', configuration: { addresses: ['redis.internal'] } },
      { name: 'Knex KNEX', configuration: { addresses: [] } },
    ];
    const outcome = await databases.run(facts({}, { clients }), { secrets: {} });
    expect(saidOf(outcome)).toEqual([
      'pg Pool PG_POOL: its host is localhost, and in a container nothing else runs there',
    ]);
    expect(inspect(outcome)).not.toContain('hidden');
  });

  it('is for production alone', async () => {
    expect(await said(databases, facts({ DB_HOST: 'localhost' }, { isProduction: false }))).toBe('not judged');
  });
});

describe('the check of the schema', () => {
  it('names a client that changes tables, and what to type', async () => {
    const clients = [
      { name: 'TypeORM DataSource DataSource', configuration: { addresses: [], changesSchema: 'synchronize: true' } },
      { name: 'TypeORM DataSource other', configuration: { addresses: [] } },
    ];
    expect(await schema.run(facts({}, { clients }), { secrets: {} })).toEqual([
      {
        about: 'TypeORM DataSource DataSource',
        message: 'synchronize: true is on: it changes tables when it connects, and drops columns with their data',
        remedy: 'Type synchronize: false, and run migrations.',
      },
    ]);
  });
});

describe('the check of CORS', () => {
  const answering = (allowedOrigin: string | undefined, withCredentials: boolean): ApplicationFacts =>
    facts({}, { corsFor: () => Promise.resolve({ allowedOrigin, withCredentials }) });

  it.each([
    ['*', true, /'\*', so browsers refuse/],
    ['https://production-readiness.invalid', true, /any page acts as the user/],
  ])('refuses %s with credentials', async (origin, credentials, message) => {
    expect(await said(cors, answering(origin, credentials))).toEqual([expect.stringMatching(message)]);
  });

  it.each([
    ['*', false],
    ['https://production-readiness.invalid', false],
    ['https://shop.example', true],
    [undefined, true],
  ])('allows %s with credentials %p', async (origin, credentials) => {
    expect(await said(cors, answering(origin, credentials))).toEqual([]);
  });

  it('says nothing where only a request can tell', async () => {
    expect(await said(cors, facts())).toBe('not judged');
  });
});

describe('the checks of hooks and of probes', () => {
  it.each<[boolean | undefined, unknown]>([
    [true, []],
    [undefined, 'not judged'],
    [false, [expect.stringContaining('enableShutdownHooks() was not called')]],
  ])('closes at signals: %p', async (closesAtSignals, expected) => {
    expect(await said(shutdownHooks, facts({}, { closesAtSignals }))).toEqual(expected);
  });

  it.each<[ApplicationFacts['probes'], unknown]>([
    ['reachable', []],
    ['not-needed', []],
    ['unknown', 'not judged'],
    ['missing', [expect.stringContaining('no readiness probe can be reached')]],
  ])('probes: %s', async (reached, expected) => {
    expect(await said(probes, facts({}, { probes: reached }))).toEqual(expected);
  });
});
