import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { parse } from 'yaml';
import {
  deployment,
  fileNamed,
  findingsOf,
  type Json,
  messagesOf,
  resource,
} from '../../../../test/support/manifests.js';

const rule = 'signal-not-forwarded';

function started(command: readonly string[], args: readonly string[] = []): string {
  return deployment({ container: { command: [...command], args: [...args] } });
}

function dockerfile(...lines: readonly string[]): string {
  return ['# file: Dockerfile', 'FROM node:24', ...lines].join('\n');
}

/** What is to be written instead, beside a package.json with these scripts. */
function remediesOf(lines: readonly string[], scripts: Readonly<Record<string, string>>): readonly string[] {
  const text = `${['FROM node:24', ...lines].join('\n')}\n`;
  const { findings } = checkFiles([{ path: 'Dockerfile', text }], {
    readNeighbour: (path) => (path === 'package.json' ? JSON.stringify({ scripts }) : undefined),
  });
  return findings.flatMap(({ rule: id, remedy }) => (id === rule && remedy !== undefined ? [remedy] : []));
}

function jobOf(line: string): string {
  const container = { name: 'tables', image: 'orders-tools:1', command: ['/bin/sh', '-c', line] };
  return resource(
    'Job',
    { template: { spec: { restartPolicy: 'OnFailure', containers: [container] } } },
    { apiVersion: 'batch/v1' },
  );
}

describe('signal-not-forwarded', () => {
  it('asks of a Job only what a shell starts of Node', () => {
    const wait = 'until nc -z db 3306; do\n  sleep 2\ndone\n';
    expect(messagesOf(rule, [jobOf(`${wait}goose -dir tables mysql "$DB" up\necho done`)])).toEqual([]);
    expect(messagesOf(rule, [jobOf(`${wait}node report.js\necho done`)])).toHaveLength(1);
  });

  it.each([
    ['CMD yarn --cwd shop start:orders', '# shop/dist/main.js is a guess: write what the script "start:orders" of'],
    ['CMD ["npm", "--prefix", "shop/", "run", "serve"]', 'CMD ["node", "shop/dist/main.js"]'],
    ['CMD ["pnpm", "-C", "./shop", "start"]', 'CMD ["node", "./shop/dist/main.js"]'],
    ['CMD ["pnpm", "--filter", "@a/orders", "start"]', 'script "start" of @a/orders runs, with the folder of that'],
    ['CMD ["pnpm", "--filter", "./shop", "start"]', 'CMD ["node", "./shop/dist/main.js"]'],
  ])('takes what follows an option for no script, and for the place of what is started: %s', (line, part) => {
    const script = { start: 'node other.js', serve: 'node other.js', 'start:orders': 'node other.js' };
    expect(remediesOf([line], script)).toEqual([expect.stringContaining(part)]);
  });

  it.each([
    ['next start -p 80', 'CMD ["node_modules/.bin/next", "start", "-p", "80"]'],
    ['cross-env A=1 ts-node app.ts', 'CMD ["env", "A=1", "node_modules/.bin/ts-node", "app.ts"]'],
    ['cross-env A=1 node app.js', 'CMD ["env", "A=1", "node", "app.js"]'],
    ['node app.js', 'CMD ["node", "app.js"]'],
    [
      'prisma migrate deploy && node app.js',
      'CMD ["sh", "-c", "PATH=node_modules/.bin:$PATH; prisma migrate deploy && exec node app.js"]',
    ],
    ['sleep 1 && node app.js', 'CMD ["sh", "-c", "sleep 1 && exec node app.js"]'],
    ['./serve.js', 'CMD ["./serve.js"]'],
  ])('starts what a script runs from where packages have their programs: %s', (start, remedy) => {
    expect(remediesOf(['CMD ["npm", "start"]'], { start })).toEqual([remedy]);
  });

  it('builds what nest start has built so far, where the image does not', () => {
    const scripts = { start: 'nest start', build: 'nest build' };
    const start = ['CMD ["npm", "start"]'];
    expect(remediesOf(['COPY . .', ...start], scripts)).toEqual([
      '# dist/main.js is where nest build writes it by default\nRUN npm run build\nCMD ["node", "dist/main.js"]',
    ]);
    expect(remediesOf(['RUN cmake -B build . && cmake --build build', ...start], scripts)).toEqual([
      expect.stringContaining('RUN npm run build'),
    ]);
    expect(remediesOf(start, { start: 'nest start' })).toEqual([
      expect.stringContaining('RUN node_modules/.bin/nest build\n'),
    ]);
    for (const line of [
      'RUN yarn build',
      'RUN pnpm -r run build',
      'COPY dist dist',
      'COPY --from=builder /app/dist ./dist',
    ]) {
      expect(remediesOf([line, ...start], scripts)).toEqual([expect.not.stringContaining('RUN')]);
    }
  });

  it.each([
    ['node', started(['node', 'dist/main.js'])],
    ['the command of the image', started([])],
    ['an init program', started(['/usr/bin/tini', '-s', '--', 'node', 'main.js'])],
    ['a shell that replaces itself', started(['sh', '-c'], ['migrate && exec node main.js'])],
    ['a script', started(['sh', '/app/start.sh'])],
    ['the exec form', dockerfile('CMD ["node", "main.js"]')],
    ['the shell form with exec', dockerfile('CMD exec node main.js')],
    ['an earlier CMD that does not count', dockerfile('CMD npm start', 'CMD ["node", "main.js"]')],
    ['an earlier stage', dockerfile('CMD npm start', 'FROM node:24', 'CMD ["node", "main.js"]')],
    ['a shell in exec form with exec', dockerfile('CMD ["sh","-c","exec node main.js"]')],
    [
      'a stage whose base starts the service',
      dockerfile('CMD ["node", "a.js"]', 'FROM node:24 AS other', 'CMD npm start', 'FROM node:24'),
    ],
    [
      'an entrypoint that leaves the CMD of its base behind',
      dockerfile().replace('node:24', 'node:24 AS base') + '\nCMD npm start\nFROM base\nENTRYPOINT ["node", "a.js"]',
    ],
    ['Node behind what ends it some day', started(['timeout', '-k', '5', '1h', 'node', 'main.js'])],
    ['Node behind what fetches secrets', started(['chamber', 'exec', 'orders', '--', 'node', 'main.js'])],
    ['two dashes of Node itself', started(['node', 'main.js', '--', 'npm', 'start'])],
    ['a Dockerfile for development', fileNamed('Dockerfile.dev', 'FROM node:24', 'CMD npm start')],
    ['the same, named the other way', fileNamed('local.Dockerfile', 'FROM node:24', 'CMD npm start')],
    ['a command for development', dockerfile('CMD ["npm", "run", "start:dev"]')],
    ['tests', dockerfile('CMD ["npm", "run", "test:e2e"]')],
    ['tests of a folder', dockerfile('CMD ["npx", "playwright", "test"]')],
    ['a folder of migrations', ['# file: orders/migration/Dockerfile', 'FROM node:24', 'CMD npm start'].join('\n')],
    ['a script of cron', dockerfile('CMD ["sh", "-c", "npm ci && sh scripts/prune-cron.sh"]')],
    ['an entrypoint script', started(['docker-entrypoint.sh'], ['node', 'main.js'])],
    ['a user switch', started(['su-exec', 'node', 'node', 'main.js'])],
    ['a file that bun runs', started(['bun', 'run', 'src/main.ts'])],
    ['a flag of Node that is none of ours', started(['node', '--enable-source-maps', 'main.js'])],
    ['PM2 for containers', started(['pm2-runtime', 'ecosystem.config.js'])],
    [
      'a condition whose branches give way',
      started(['sh', '-c', 'if [ -f a ]; then exec node a; else exec node b; fi']),
    ],
    ['an entrypoint that does not use the shell', dockerfile('ENTRYPOINT ["tini", "--"]', 'CMD ["node", "main.js"]')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['npm', 'error', started(['npm', 'run', 'start:prod'])],
    ['npm', 'error', started(['timeout', '--signal=TERM', '3600', 'npm', 'start'])],
    ['npm', 'error', started(['datadog-init', 'npm', 'start'])],
    ['yarn', 'error', started(['envconsul', '-prefix', 'orders', '-once', 'yarn', 'start'])],
    ['npm', 'error', started(['sh', '-c'], ['set -e\nnpx prisma migrate deploy\nnpm run start:prod'])],
    ['npm', 'error', started(['aws-vault', 'exec', 'shop', '--', 'npm', 'start'])],
    ['yarn', 'error', started(['op', 'run', '--env-file=.env', '--', 'tini', '--', 'yarn', 'start'])],
    ['pnpm', 'error', started(['doppler', 'run', '--command=pnpm start'])],
    ['npm', 'error', started(['s6-setuidgid', 'node', 'npm', 'start'])],
    ['sh', 'error', started(['secrets', '--', 'sh', '-c', 'node a.js; node b.js'])],
    ['forever', 'error', started(['forever', 'main.js'])],
    ['yarn', 'error', started([], ['/usr/local/bin/yarn', 'start'])],
    ['npm', 'error', started(['tini', '--', 'npm', 'start'])],
    ['npm', 'error', started(['env', 'A=1', 'npm', 'start'])],
    ['pnpm', 'error', started(['sh', '-c', 'exec pnpm start'])],
    ['npm', 'error', started(['bash', '-ec', 'migrate && npm start'])],
    ['sh', 'error', started(['/bin/sh', '-c', 'node migrate.js; node main.js'])],
    ['sh', 'warning', started(['/bin/sh', '-c', 'node main.js'])],
    ['nest', 'error', dockerfile('CMD ["npx", "nest", "start"]').replace('"npx", ', '')],
    ['npm', 'error', dockerfile('CMD npm start')],
    ['sh', 'warning', dockerfile('ENTRYPOINT node main.js')],
    ['npm', 'error', dockerfile('ENTRYPOINT ["tini", "--"]', 'CMD ["npm", "start"]')],
    ['npm', 'error', dockerfile('ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["npm", "start"]')],
    [
      'npm',
      'error',
      dockerfile().replace('node:24', 'node:24 AS base') + '\nCMD npm start\nFROM base AS final\nRUN true',
    ],
    ['npm', 'error', started(['docker-entrypoint.sh'], ['npm', 'start'])],
    ['npm', 'error', started(['su-exec', 'node', 'npm', 'start'])],
    ['npm', 'error', started(['dumb-init', '--rewrite', '15:2', 'npm', 'start'])],
    ['pm2', 'error', started(['pm2', 'start', 'dist/main.js'])],
    ['bun', 'note', started(['bun', 'run', 'start'])],
    ['bun', 'note', started(['sh', '-c', 'bun install && exec bun run start'])],
    ['sh', 'error', started(['sh', '-c', 'bun install && bun run start'])],
    ['node --run', 'error', started(['node', '--run', 'start'])],
    ['nest', 'error', started(['node', 'node_modules/.bin/nest', 'start'])],
    ['pnpm', 'error', started(['corepack', 'pnpm', 'start']).replace('"corepack",', '')],
    ['cross-env', 'warning', started(['cross-env', 'NODE_ENV=production', 'node', 'main.js'])],
    ['dotenv', 'warning', started(['dotenv', '--', 'node', 'main.js'])],
    ['sh', 'error', started(['sh', '-c', 'node main.js | pino-pretty'])],
    ['sh', 'error', started(['sh', '-c', 'node main.js &\nwait'])],
  ])('fails %s in front of the service (%s)', (program, severity, text) => {
    expect(findingsOf(rule, [text])).toMatchObject([
      { severity, message: expect.stringMatching(new RegExp(`^${program} `)) as string },
    ]);
  });

  const guess = (script: string): string =>
    `# dist/main.js is a guess: write what the script ${JSON.stringify(script)} of package.json runs\n`;

  describe('says what to write', () => {
    it.each<[string, readonly string[], readonly string[], string]>([
      ['npm start', ['npm', 'start'], [], `${guess('start')}command: ["node", "dist/main.js"]`],
      ['arguments only', [], ['npm', 'run', 'start:prod'], `${guess('start:prod')}args: ["node", "dist/main.js"]`],
      [
        'an init',
        ['tini', '--', 'npm', 'start'],
        [],
        `${guess('start')}command: ["tini", "--", "node", "dist/main.js"]`,
      ],
      ['an init as command', ['tini', '--'], ['npm', 'start'], `${guess('start')}args: ["node", "dist/main.js"]`],
      ['npx node', ['npx', 'node', 'build/a.js', '--port', '1'], [], 'command: ["node", "build/a.js", "--port", "1"]'],
      ['npx tsx', ['npx', '-y', 'tsx', 'src/a.ts'], [], 'command: ["node_modules/.bin/tsx", "src/a.ts"]'],
      ['cross-env', ['cross-env', 'A=1', 'node', 'b.js'], [], 'command: ["env", "A=1", "node", "b.js"]'],
      [
        'dotenv',
        ['dotenv', '-e', '.env.prod', '--', 'node', 'b.js'],
        [],
        'command: ["node", "--env-file=.env.prod", "b.js"]',
      ],
      ['nodemon', ['nodemon', 'build/a.js'], [], 'command: ["node", "build/a.js"]'],
      ['pm2', ['pm2', 'start', 'ecosystem.config.js'], [], 'command: ["pm2-runtime", "ecosystem.config.js"]'],
      [
        'a shell with flags',
        ['sh', '-c', 'node --max-old-space-size=512 build/server.js'],
        [],
        'command: ["node", "--max-old-space-size=512", "build/server.js"]',
      ],
      ['a shell and its line apart', ['/bin/sh'], ['-c', 'node a.js'], 'command: ["node", "a.js"]\nargs: []'],
      [
        'a migration before',
        ['sh', '-c', 'npx prisma migrate deploy && node dist/main.js'],
        [],
        'command: ["sh", "-c", "npx prisma migrate deploy && exec node dist/main.js"]',
      ],
      [
        'lines',
        ['sh', '-c', 'set -e\nnode migrate.js\nnode a.js\n'],
        [],
        String.raw`command: ["sh", "-c", "set -e\nnode migrate.js\nexec node a.js\n"]`,
      ],
      ['a variable', ['sh', '-c', 'node $FILE'], [], 'command: ["sh", "-c", "exec node $FILE"]'],
      ['an assignment', ['sh', '-c', 'A=1 node a.js'], [], 'command: ["sh", "-c", "A=1 exec node a.js"]'],
      ['a login shell', ['bash', '-lc', 'node a.js'], [], 'command: ["bash", "-lc", "exec node a.js"]'],
      [
        'npm after a migration',
        ['sh', '-c', 'npm run migrate && npm start'],
        [],
        `${guess('start')}command: ["sh", "-c", "npm run migrate && exec node dist/main.js"]`,
      ],
      [
        'a pipe',
        ['sh', '-c', 'node a.js | pino-pretty'],
        [],
        '# the service alone: what ran beside it or after it needs a place of its own\ncommand: ["node", "a.js"]',
      ],
      [
        'something after it',
        ['sh', '-c', 'node m.js; node a.js; echo end'],
        [],
        '# the service alone: what ran beside it or after it needs a place of its own\ncommand: ["sh", "-c", "node m.js; exec node a.js"]',
      ],
    ])('instead of %s', (_what, command, args, remedy) => {
      expect(findingsOf(rule, [started(command, args)]).map((finding) => finding.remedy)).toEqual([remedy]);
      const container = {
        command: [...command],
        args: [...args],
        ...(parse(remedy) as Readonly<Record<string, Json>>),
      };
      expect(messagesOf(rule, [deployment({ container })])).toEqual([]);
    });

    it.each([
      ['CMD node server.js --port 1', 'CMD ["node", "server.js", "--port", "1"]'],
      ['CMD npm run migrate && node build/src/main.js', 'CMD npm run migrate && exec node build/src/main.js'],
      ['CMD node $FILE', 'CMD exec node $FILE'],
      ['CMD npm start', `${guess('start')}CMD ["node", "dist/main.js"]`],
      ['ENTRYPOINT node a.js', 'ENTRYPOINT ["node", "a.js"]'],
      ['CMD ["sh", "-c", "node a.js"]', 'CMD ["node", "a.js"]'],
      ['ENTRYPOINT ["tini", "--"]\nCMD ["npm", "start"]', `${guess('start')}CMD ["node", "dist/main.js"]`],
      ['ENTRYPOINT ["npm"]\nCMD ["start"]', `${guess('start')}ENTRYPOINT ["node", "dist/main.js"]\nCMD []`],
    ])('instead of %j in a Dockerfile', (written, remedy) => {
      expect(findingsOf(rule, [dockerfile(written)]).map((finding) => finding.remedy)).toEqual([remedy]);
      expect(messagesOf(rule, [dockerfile(written, remedy)])).toEqual([]);
    });
  });
});

describe('what a shell does that no single process can', () => {
  it('is said of a loop without an exec in it, and a file that is read into the shell is left alone', () => {
    const started = (line: string) =>
      findingsOf('signal-not-forwarded', [deployment({ container: { command: ['sh', '-c', line] } })]);
    expect(started('while true; do node main.js; done')).toMatchObject([
      { severity: 'error', remedy: expect.stringMatching(/is a guess/) as unknown },
    ]);
    expect(started('while ! nc -z db 5432; do sleep 1; done; exec node main.js')).toEqual([]);
    expect(started('. /scripts/start.sh')).toEqual([]);
    expect(started('while true; do sleep 30; done')).toEqual([]);
  });
});

describe('what is no service of Node', () => {
  it('is a note where a shell starts what nothing shows', () => {
    const container = {
      image: 'acme/orders',
      command: ['sh', '-c', '/opt/orders/start.sh'],
      ports: [{ containerPort: 8080 }],
    };
    const found = checkFiles([{ path: 'a.yaml', text: deployment({ container }) }]).findings.filter(
      (one) => one.rule === rule,
    );
    expect(found.map(({ severity }) => severity)).toEqual(['note']);
    expect(found[0]?.message).toContain('nothing here shows whether it runs Node');
  });

  it('is left alone where a script of an image of something else is started', () => {
    const lines = ['FROM alpine:3', 'RUN apk add redis bash', 'CMD ["/run.sh"]', 'ENTRYPOINT ["bash", "-c"]'];
    expect(messagesOf(rule, [fileNamed('Dockerfile', ...lines)])).toEqual([]);
    expect(
      messagesOf(rule, [fileNamed('Dockerfile', ...lines.map((line) => line.replace('redis', 'nodejs')))]),
    ).toHaveLength(1);
  });

  it('is a note in a Pod that is not started again', () => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'fill', image: 'fill:1', command: ['npm', 'start'] }] };
    const pod = JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'fill' }, spec });
    const severitiesOf = (text: string) =>
      checkFiles([{ path: 'pod.yaml', text }]).findings.flatMap((one) => (one.rule === rule ? [one.severity] : []));
    expect(severitiesOf(pod)).toEqual(['note']);
    expect(severitiesOf(pod.replace('Never', 'Always'))).toEqual(['error']);
  });

  it('is a Job that runs once, such as a migration, and not a CronJob of the service', () => {
    const job = (command: string): string =>
      JSON.stringify({
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'orders' },
        spec: {
          template: { spec: { containers: [{ name: 'a', image: 'acme/orders', command: ['npm', 'run', command] }] } },
        },
      });
    for (const command of ['migration:run', 'seed', 'db:migrate']) expect(messagesOf(rule, [job(command)])).toEqual([]);
    expect(messagesOf(rule, [job('invoices')])).toHaveLength(1);
  });

  describe('of a shell that gives way to its last command by itself', () => {
    const image = (base: string, start: string) => fileNamed('Dockerfile', `FROM ${base}`, start);
    const severitiesOf = (...texts: readonly string[]) => findingsOf(rule, texts).map(({ severity }) => severity);

    it.each([
      ['a command on Alpine', image('node:24-alpine3.22', 'CMD node main.js')],
      ['several on Alpine', image('node:${VERSION}-alpine', 'CMD npx prisma migrate deploy && node main.js')],
      ['a redirection on Alpine', image('alpine:3', 'CMD ["sh", "-c", "cd /app; node main.js 2>&1"]')],
      ['a base of Alpine', `${image('node:24-alpine AS base', 'WORKDIR /app')}\nFROM base\nCMD node main.js`],
      ['Bash', image('node:24', 'CMD ["bash", "-c", "cd /app && node main.js"]')],
    ])('is a note: %s', (_what, text) => {
      expect(findingsOf(rule, [text])).toMatchObject([
        { severity: 'note', message: expect.stringContaining('gives way to its last command') as unknown },
      ]);
    });

    it.each([
      ['on Debian', image('node:24-bookworm', 'CMD cd /app && node main.js')],
      ['of Bash for a redirection', image('node:24', 'CMD ["bash", "-c", "node main.js > log"]')],
      ['of Bash in a condition', image('node:24', 'CMD ["bash", "-c", "if true; then node main.js; fi"]')],
      ['for a runner', image('node:24-alpine', 'CMD migrate && npm start')],
      ['where something comes after it', image('node:24-alpine', 'CMD node main.js; echo end')],
    ])('is none %s', (_what, text) => {
      expect(severitiesOf(text)).not.toContain('note');
      expect(severitiesOf(text)).toHaveLength(1);
    });

    it('is known by the image of a container, and by what it is built from', () => {
      const command = ['sh', '-c', 'cd /app && node main.js'];
      expect(severitiesOf(deployment({ container: { command, image: 'acme/orders:1-alpine' } }))).toEqual(['note']);
      const built = deployment({ container: { command, image: 'acme/orders:1' } });
      expect(severitiesOf(built)).toEqual(['error']);
      const dockerfile = (base: string) => fileNamed('orders/Dockerfile', `FROM ${base}`, 'CMD ["node", "main.js"]');
      expect(severitiesOf(built, dockerfile('node:24-alpine'))).toEqual(['note']);
      expect(severitiesOf(built, dockerfile('node:24'))).toEqual(['error']);
    });
  });
});
