import { checkFiles, type CheckResult } from '../check-files.js';

/** What is found in `compose.yaml`, with other files beside it. */
function check(lines: readonly string[], beside: Readonly<Record<string, string>> = {}): CheckResult {
  return checkFiles([{ path: 'shop/compose.yaml', text: ['services:', ...lines, ''].join('\n') }], {
    readNeighbour: (path) => beside[path],
  });
}

function rulesIn({ findings }: CheckResult): readonly string[] {
  return findings.map(({ rule }) => rule);
}

const ORDERS = ['  orders:', '    image: shop/orders', '    command: node dist/main.js'];

describe('a service of Compose', () => {
  it('is told its time by an env file, and the finding shows it', () => {
    const lines = [
      ...ORDERS,
      '    env_file: [common.env, { path: extra.env, required: false }]',
      '    stop_grace_period: 40s',
    ];
    const env = { 'shop/common.env': '# times\nexport SHUTDOWN_GRACE_PERIOD="90s" # all of it\n' };
    const [finding, ...others] = check(lines, env).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'compose-grace-period', line: 6, remedy: 'stop_grace_period: 90s' });
    expect(check([...lines.slice(0, -1), '    stop_grace_period: 90s'], env).findings).toEqual([]);
  });

  it('takes what environment says over what an env file says', () => {
    const lines = [...ORDERS, '    env_file: common.env', '    environment: { SHUTDOWN_GRACE_PERIOD: 30s }'];
    const { findings } = check([...lines, '    stop_grace_period: 30s'], {
      'shop/common.env': 'SHUTDOWN_GRACE_PERIOD=90s\n',
    });
    expect(findings).toEqual([]);
  });

  it('is not judged, and not mended, where an env file is not here', () => {
    const { findings, notJudged } = check([...ORDERS, '    env_file: prod.env']);
    expect(findings).toEqual([]);
    expect(notJudged).toHaveLength(1);
    expect(notJudged[0]).toMatchObject({ line: 5 });
    expect(notJudged[0]?.message).toContain('prod.env is not here');
  });

  it('has references filled in, by their defaults and by the file .env', () => {
    const lines = [...ORDERS, '    stop_grace_period: ${STOP:-12s}'];
    expect(check(lines).findings.map(({ message }) => message.replace(/^.*, /, ''))).toEqual(['but Docker waits 12s']);
    expect(check(lines, { 'shop/.env': 'STOP=60s\n' }).findings).toEqual([]);
    const counted = [
      '    deploy: { replicas: $COUNT, update_config: { parallelism: 2 } }',
      '    stop_grace_period: 1m',
    ];
    expect(rulesIn(check([...ORDERS, ...counted], { 'shop/.env': 'COUNT=2\n' }))).toEqual(['swarm-update-order']);
    expect(rulesIn(check([...ORDERS, ...counted], { 'shop/.env': 'COUNT=3\n' }))).toEqual([]);
  });

  it('is not judged by what is set nowhere here', () => {
    const open = check([...ORDERS, '    stop_grace_period: ${STOP}']);
    expect(open.findings).toEqual([]);
    expect(open.notJudged).toHaveLength(1);
    const passedOn = check([...ORDERS, '    environment: [SHUTDOWN_GRACE_PERIOD, TZ]']);
    expect(passedOn.findings).toEqual([]);
    expect(passedOn.notJudged.map(({ message }) => message)).toEqual([
      'SHUTDOWN_GRACE_PERIOD is set where Compose is started, so nothing is said of its time to stop',
    ]);
  });

  it('extends a service of another file, whose env file is beside that one', () => {
    const lines = ['  orders:', '    extends: { file: ../base/common.yaml, service: node }'];
    const common = (time: string): Readonly<Record<string, string>> => ({
      'base/common.yaml': `services:\n  node:\n    image: shop/orders\n    command: node main.js\n    env_file: node.env\n    stop_grace_period: ${time}\n`,
      'base/node.env': 'SHUTDOWN_GRACE_PERIOD=60s\n',
    });
    expect(check(lines, common('60s')).findings).toEqual([]);
    const [finding, ...others] = check(lines, common('20s')).findings;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ rule: 'compose-grace-period', file: 'base/common.yaml', line: 6 });
    expect(finding?.fix?.isSafe).not.toBe(true);
    expect(check(lines).notJudged).toEqual([]);
    expect(check([...lines, '    build: .']).notJudged).toHaveLength(1);
  });

  it('may come from a file that is included', () => {
    const included = { 'shop/more.yaml': 'services:\n  basket:\n    build: .\n    command: node main.js\n' };
    const text = 'include: [more.yaml]\nservices:\n  db: { image: postgres }\n';
    const { findings } = checkFiles([{ path: 'shop/compose.yaml', text }], {
      readNeighbour: (path) => (included as Readonly<Record<string, string>>)[path],
    });
    expect(findings).toEqual([
      expect.objectContaining({ rule: 'compose-grace-period', file: 'shop/more.yaml', line: 2 }),
    ]);
  });

  it('takes what an anchor of an extension holds', () => {
    const text = [
      'x-node: &node',
      '  image: shop/orders',
      '  command: node main.js',
      '  environment: &env { SHUTDOWN_GRACE_PERIOD: 60s }',
      'services:',
      '  orders:',
      '    <<: *node',
      '    environment: { <<: *env, TZ: UTC }',
      '    stop_grace_period: 45s',
      '',
    ].join('\n');
    expect(checkFiles([{ path: 'compose.yaml', text }]).findings).toEqual([
      expect.objectContaining({ rule: 'compose-grace-period', line: 9, remedy: 'stop_grace_period: 60s' }),
    ]);
  });

  it.each([
    'profiles: [dev]',
    'profiles: [migrate, tools]',
    'deploy: { mode: replicated-job }',
    'deploy: { restart_policy: { condition: none } }',
  ])('is none where people ask for it, or it runs once: %s', (line) => {
    expect(check([...ORDERS, `    ${line}`]).findings).toEqual([]);
  });

  it.each([
    'profiles: [shop]',
    'profiles: []',
    'deploy: { mode: global }',
    'deploy: { restart_policy: { condition: any } }',
  ])('is one all the same with %s', (line) => {
    expect(rulesIn(check([...ORDERS, `    ${line}`]))).toEqual(['compose-grace-period']);
  });
});

describe('Compose files of development', () => {
  const service = ['services:', '  orders:', '    image: node:24', '    command: npm start', ''].join('\n');
  const rulesOf = (path: string, text = service): readonly string[] =>
    checkFiles([{ path, text }]).findings.map(({ rule }) => rule);

  it.each([
    'compose.dev.yaml',
    'docker-compose.override.yml',
    'compose.tests.yaml',
    '.devcontainer/docker-compose.yml',
  ])('are not judged: %s', (path) => {
    expect(rulesOf('compose.yaml')).toContain('platform-signal-not-forwarded');
    expect(rulesOf(path)).toEqual([]);
  });

  it.each(['command: yarn nx serve orders', 'image: orders:dev\n    command: npm start'])(
    'have services that are not: %s',
    (line) => {
      expect(
        rulesOf('compose.yaml', `services:\n  orders:\n    ${line}\n    environment: { NODE_OPTIONS: x }\n`),
      ).toEqual([]);
    },
  );
});

describe('a service that shows no sign of the module', () => {
  const text = 'services:\n  orders:\n    image: node:24\n    command: node main.js\n';
  const found = (written: string, usesModule?: boolean) =>
    checkFiles([{ path: 'compose.yaml', text: text + written }], { facts: { usesModule } }).findings;

  it('is told that the times are defaults: worth knowing, and a warning where the time is short for any service', () => {
    const words = '(the defaults of nestjs-lifecycle: nothing here shows that the service uses it), but Docker waits';
    expect(found('')).toMatchObject([{ severity: 'note', message: expect.stringContaining(words) as unknown }]);
    expect(found('    stop_grace_period: 3s\n')).toMatchObject([
      { severity: 'warning', message: expect.stringContaining(words) as unknown },
    ]);
  });

  it.each([
    ['a package.json', '', true],
    ['a variable', '    environment: { SHUTDOWN_LAME_DUCK: 5s }\n', undefined],
  ])('is judged by them where %s shows it', (_what, written, usesModule) => {
    expect(found(written, usesModule)).toMatchObject([
      { severity: 'error', message: expect.not.stringContaining('the defaults of nestjs-lifecycle') as unknown },
    ]);
  });
});

describe('a service of Compose that only its Dockerfile tells of', () => {
  const judged = (dockerfile: readonly string[], service = '{ build: ./orders }') => {
    const files = [
      { path: 'compose.yaml', text: `services:\n  orders: ${service}\n  basket: { build: ./basket }\n` },
      { path: 'orders/Dockerfile', text: dockerfile.join('\n') },
      { path: 'basket/Dockerfile', text: 'FROM golang:1.24\nCMD ["/app"]\n' },
    ];
    const scripts = { start: 'node dist/main.js', 'start:dev': 'nest start --watch' };
    const { findings, notJudged } = checkFiles(files, {
      readNeighbour: (path) => (path === 'orders/package.json' ? JSON.stringify({ scripts }) : undefined),
    });
    return { rules: findings.map(({ rule }) => rule), notJudged };
  };
  const FROM = 'FROM node:24-slim';

  it('is judged where that starts a service of Node', () => {
    expect(judged([FROM, 'CMD ["node", "dist/main.js"]'])).toEqual({ rules: ['compose-grace-period'], notJudged: [] });
    const stopped = judged([FROM, 'CMD ["node", "dist/main.js"]'], '{ build: ./orders, stop_grace_period: 1m }');
    expect(stopped).toEqual({ rules: [], notJudged: [] });
  });

  it('is judged by the name of a process manager, too', () => {
    const found = judged([FROM], '{ image: acme/orders, command: pm2-runtime dist/main.js, stop_grace_period: 1m }');
    expect(found.rules).toEqual(['process-manager-kills-early']);
  });

  it.each([
    ['pages that nginx serves', [`${FROM} AS build`, 'RUN npm run build', 'FROM nginx:1', 'COPY --from=build /a /b']],
    ['what people run while they write it', [FROM, 'CMD ["npm", "run", "start:dev"]']],
    ['a migration', [FROM, 'CMD ["npx", "prisma", "migrate", "deploy"]']],
  ])('is none: %s', (_what, dockerfile) => {
    expect(judged(dockerfile).rules).not.toContain('compose-grace-period');
  });
});
