import { fileNamed, fixedFile, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'compose-grace-period';

function compose(...lines: readonly string[]): string {
  return fileNamed(
    'compose.yaml',
    'services:',
    '  orders:',
    '    image: orders:1',
    ...lines.map((line) => `    ${line}`),
  );
}

const ours = 'environment: { NODE_ENV: production }';

describe('compose-grace-period', () => {
  it.each(['npm run db:init', 'npx prisma migrate deploy', 'yarn seed', '["npm", "run", "migrate:up"]'])(
    'passes a service that prepares the database and ends: %s',
    (command) => {
      const text = fileNamed(
        'compose.yaml',
        `services: { setup: { build: ., command: ${command}, environment: { NODE_ENV: production } } }`,
      );
      expect(messagesOf('compose-grace-period', [text])).toEqual([]);
      expect(messagesOf('platform-signal-not-forwarded', [text])).toEqual([]);
    },
  );

  it.each([
    ['a context', 'build: ./api', 'shop/api/Dockerfile'],
    [
      'a file with a name of its own',
      'build: { context: ., dockerfile: docker/api.Dockerfile }',
      'shop/docker/api.Dockerfile',
    ],
  ])('passes a service that is built from Python, by %s', (_what, build, path) => {
    const compose = fileNamed('shop/compose.yaml', 'services:', `  api: { ${build} }`);
    const python = fileNamed(path, 'FROM python:3.13', 'CMD ["gunicorn", "app"]');
    expect(messagesOf(rule, [compose, python])).toEqual([]);
    expect(
      messagesOf(rule, [compose, python.replace('python:3.13', 'node:24').replace('gunicorn', 'node')]),
    ).toHaveLength(1);
  });

  it('fails a service that prepares it, and goes on to serve', () => {
    const text = fileNamed(
      'compose.yaml',
      `services: { api: { build: ., command: sh -c "npx prisma migrate deploy && node main.js" } }`,
    );
    expect(messagesOf('compose-grace-period', [text])).toHaveLength(1);
  });

  it.each([
    ['a time that is long enough', compose(ours, 'stop_grace_period: 30s')],
    ['a longer one', compose(ours, 'stop_grace_period: 1m30s')],
    ['a service that knows of the default', compose('environment: [SHUTDOWN_GRACE_PERIOD=10s]')],
    ['a shutdown that is switched off', compose('environment: [NODE_ENV=production, SHUTDOWN_ENABLED=false]')],
    ['a database', compose('environment: { POSTGRES_DB: orders }')],
    ['development', compose('environment: { NODE_ENV: development }')],
    ['a command for development', compose('command: npm run start:dev')],
    ['a migration', compose('command: [node, dist/migrate.js]')],
    ['a job that is not started again', compose(ours, 'restart: "no"')],
    [
      'a job that others wait for',
      `${compose(ours)}  api:\n    image: api:1\n    depends_on: { orders: { condition: service_completed_successfully } }\n`,
    ],
    ['a time from elsewhere', compose(ours, 'stop_grace_period: ${GRACE}')],
    ['a part of a service', compose(ours).replace('    image: orders:1\n', '')],
    [
      'one of several that are built, none of which says what it is',
      fileNamed('compose.yaml', 'services: { a: { build: a }, b: { build: b } }'),
    ],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    [
      'the default',
      compose(ours),
      'lame duck 10s + drain 13s + hooks 5s + margin 1s = 29s, but Docker waits 10s (the default)',
    ],
    ['a command of Node', compose('command: [node, main.js]'), 'Docker waits 10s (the default)'],
    ['an image of Node', compose().replace('orders:1', 'docker.io/library/node:24'), 'Docker waits 10s'],
    [
      'the only one that is built',
      fileNamed('compose.yaml', 'services: { a: { build: . }, db: { image: postgres } }'),
      '10s',
    ],
    ['a time that is too short', compose(ours, 'stop_grace_period: 20s'), 'Docker waits 20s'],
    [
      'a list of variables',
      compose('environment:', '  - SHUTDOWN_GRACE_PERIOD=60s', 'stop_grace_period: 30s'),
      'Docker waits 30s',
    ],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it.each([compose(ours, 'restart: unless-stopped'), compose(ours, "stop_grace_period: '5s' # short")])(
    'has a fix',
    (text) => {
      const fixed = fixedFile(rule, text);
      expect(fixed).toMatch(/stop_grace_period: '?30s/);
      expect(messagesOf(rule, [fixed])).toEqual([]);
    },
  );

  it('reads what a service extends, and counts its own values for more', () => {
    const file = (grace: string, own = '') =>
      fileNamed(
        'compose.yaml',
        'services:',
        `  api: { extends: { service: base }, image: a, command: node a.js${own} }`,
        `  base: { extends: root, image: b }`,
        `  root: { stop_grace_period: ${grace} }`,
      );
    expect(messagesOf(rule, [file('60s')])).toEqual([]);
    expect(messagesOf(rule, [file('60s', ', stop_grace_period: 5s')])).toEqual([
      expect.stringContaining('Docker waits 5s'),
    ]);
    expect(messagesOf(rule, [file('5s')])).toEqual([expect.stringContaining('Docker waits 5s')]);
    // One that extends itself is Compose's to refuse.
    expect(
      messagesOf(rule, [
        fileNamed('compose.yaml', 'services:', '  api: { extends: api, image: a, command: node a.js }'),
      ]),
    ).toHaveLength(1);
  });
});
