import { checkFiles } from '../check-files.js';

const DOCKERFILE = [
  'FROM node:24-slim',
  'WORKDIR /srv',
  'COPY package.json ops/run.sh ./',
  'COPY --chmod=755 ops /opt/ops',
  'CMD ["/opt/ops/run.sh"]',
  '',
].join('\n');

const RULES_OF_SIGNALS = ['signal-not-forwarded', 'platform-signal-not-forwarded'];

/** What is found of signals in an image, with other files of its folder. */
function check(files: Readonly<Record<string, string>>, dockerfile = DOCKERFILE) {
  return checkFiles([{ path: 'shop/Dockerfile', text: dockerfile }], {
    readNeighbour: (path) => files[path],
  }).findings.filter(({ rule }) => RULES_OF_SIGNALS.includes(rule));
}

function script(...lines: readonly string[]): Readonly<Record<string, string>> {
  return { 'shop/ops/run.sh': ['#!/bin/sh', 'set -e', ...lines, ''].join('\n') };
}

describe('a script that an image is started with', () => {
  it.each([
    ['gives way', ['node migrate.js', 'exec node dist/main.js']],
    ['gives way in one of two branches', ['if [ -n "$JOB" ]; then', '  exec node job.js', 'fi', 'exec node main.js']],
    [
      'gives way to a program of its own, after what prepares a database',
      ['cd /srv/db', 'npx prisma db push 2>&1 || {', '  echo "not prepared"', '}', 'exec supervisord -n'],
    ],
    ['only prepares a database', ['npx prisma db push || {', '  echo "not prepared"', '}', '/srv/serve']],
    ['gives way with a variable before it', ['NODE_ENV=production exec node main.js']],
    ['passes signals on itself', ['node main.js &', 'PID=$!', 'trap "kill -TERM $PID" TERM', 'wait $PID']],
    ['starts no service', ['npm run migrate', 'echo done']],
    ['gives way to what it is given', ['node migrate.js', 'exec "$@"']],
    ['starts what people run while they write the service', ['npm install', 'npm run start:dev']],
  ])('is right when it %s', (_what, lines) => {
    expect(check(script(...lines))).toEqual([]);
  });

  it.each([
    ['has no exec', ['node migrate.js', 'node dist/main.js'], 4, 'run.sh stays', 'exec node dist/main.js'],
    ['goes on after it', ['node dist/main.js', 'echo bye'], 3, 'run.sh stays', 'exec node dist/main.js'],
    [
      'waits for it',
      ['node dist/main.js &', 'wait'],
      3,
      'run.sh stays',
      '# what runs beside the service needs a place of its own\nexec node dist/main.js',
    ],
    ['starts what it is given as its child', ['node migrate.js', '"$@"'], 4, 'run.sh stays', 'exec "$@"'],
    ['gives way to a runner', ['exec npm run serve'], 3, 'npm starts', 'exec node --enable-source-maps svc.js'],
    ['starts a runner', ['npm run serve'], 3, 'run.sh stays', 'exec node --enable-source-maps svc.js'],
  ])('is wrong when it %s', (_what, lines, ...[line, message, remedy]) => {
    const scripts = { serve: 'npm run inner', inner: 'node --enable-source-maps svc.js' };
    const [finding, ...others] = check({ ...script(...lines), 'shop/package.json': JSON.stringify({ scripts }) });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ file: 'shop/ops/run.sh', line, subject: 'Dockerfile', remedy });
    expect(finding?.message).toContain(message);
  });

  it('is looked at together with what it is given', () => {
    const image = DOCKERFILE.replace('CMD ["/opt/ops/run.sh"]', 'ENTRYPOINT ["./run.sh"]\nCMD ["npm", "start"]');
    const files = { ...script('exec "$@"'), 'shop/package.json': '{"scripts":{"start":"node server.js"}}' };
    expect(check(files, image)).toEqual([
      expect.objectContaining({ file: 'shop/Dockerfile', remedy: 'CMD ["node", "server.js"]' }),
    ]);
  });

  it('is silenced by a comment in it', () => {
    const comment = '# nestjs-lifecycle-ignore signal-not-forwarded: the image is for a demonstration';
    expect(check(script(comment, 'node main.js'))).toEqual([]);
  });

  it('is found for a service of Compose in the folder that it is built from', () => {
    const text = 'services:\n  orders:\n    build: ./app\n    stop_grace_period: 1m\n    entrypoint: [sh, ./run.sh]\n';
    const files: Readonly<Record<string, string>> = { 'shop/app/run.sh': '#!/bin/sh\nnode main.js\n' };
    const { findings } = checkFiles([{ path: 'shop/compose.yaml', text }], { readNeighbour: (path) => files[path] });
    expect(findings).toEqual([
      expect.objectContaining({ file: 'shop/app/run.sh', line: 2, remedy: 'exec node main.js' }),
    ]);
  });
});

describe('a script of package.json', () => {
  it.each([
    ['["npm", "start"]', 'CMD ["node", "dist/main"]'],
    ['npm run prod', 'CMD ["sh", "-c", "NODE_ENV=production exec node dist/main"]'],
    ['["yarn", "chain"]', 'CMD ["sh", "-c", "node migrate.js && exec node dist/main"]'],
    ['["pnpm", "again"]', 'CMD ["node", "dist/main"]'],
    [
      '["npm", "run", "unknown"]',
      '# dist/main.js is a guess: write what the script "unknown" of package.json runs\nCMD ["node", "dist/main.js"]',
    ],
    [
      '["npm", "run", "circle"]',
      '# dist/main.js is a guess: write what the script "circle" of package.json runs\nCMD ["node", "dist/main.js"]',
    ],
  ])('is read, where a Dockerfile has %s', (command, remedy) => {
    const scripts = {
      start: 'node dist/main',
      prod: 'NODE_ENV=production node dist/main',
      chain: 'node migrate.js && node dist/main',
      again: 'npm run start',
      circle: 'npm run circle',
    };
    const image = `FROM node:24\nCMD ${command}\n`;
    expect(check({ 'shop/package.json': JSON.stringify({ scripts }) }, image).map((one) => one.remedy)).toEqual([
      remedy,
    ]);
  });

  it.each(['ts-node-dev --respawn src/index.ts', 'nodemon src/index.js', 'npm run watching', 'npm run start:dev'])(
    'is no service where it is %s, which people run while they write it',
    (start) => {
      const scripts = { start, watching: 'nodemon dist/main.js' };
      const image = 'FROM node:24\nCMD ["npm", "start"]\n';
      expect(check({ 'shop/package.json': JSON.stringify({ scripts }) }, image)).toEqual([]);
    },
  );

  it('is a guess where the file is broken', () => {
    const image = 'FROM node:24\nCMD ["npm", "start"]\n';
    const [finding] = check({ 'shop/package.json': '{"scripts":' }, image);
    expect(finding?.remedy).toContain('is a guess');
  });
});
