import { fileNamed, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'platform-signal-not-forwarded';

function compose(...lines: readonly string[]): string {
  return fileNamed('compose.yaml', 'services:', '  orders:', '    build: .', ...lines.map((line) => `    ${line}`));
}

function unit(...lines: readonly string[]): string {
  return fileNamed('orders.service', '[Service]', ...lines);
}

const task = (command: readonly string[]): string =>
  JSON.stringify({ containerDefinitions: [{ name: 'orders', image: 'orders:1', command }] });

describe('platform-signal-not-forwarded', () => {
  it.each([
    ['node', compose('command: node dist/main.js')],
    ['the command of the image', compose('init: true')],
    ['an init program', compose('entrypoint: [tini, --]', 'command: [node, main.js]')],
    ['npm for development', compose('command: npm run start:dev')],
    [
      'what fills a database',
      fileNamed('compose.yaml', 'services:', '  orders-seeder:', '    build: .', '    command: npm start'),
    ],
    ['a loop of cron', compose('image: node:24', 'command: sh -c "npm ci && sh scripts/backup-cron.sh"')],
    ['a task of node', task(['node', 'main.js'])],
    ['npm in a unit whose every process is signalled', unit('ExecStart=/usr/bin/npm start')],
    ['PM2', fileNamed('pm2.yaml', 'apps: [{ script: dist/main.js, args: start }]')],
    ['a shell of a unit that gives way', unit('KillMode=mixed', 'ExecStart=/bin/bash -lc "exec node main.js"')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['npm', 'error', compose('command: npm run start:prod')],
    ['yarn', 'error', compose('entrypoint: [yarn]', 'command: [start]')],
    [
      'npm',
      'error',
      fileNamed(
        'compose.yaml',
        'services:',
        '  migrations:',
        '    build: .',
        '    command: npm start',
        '    ports: [80]',
      ),
    ],
    ['sh', 'warning', compose('command: [sh, -c, node main.js]')],
    ['sh', 'error', task(['sh', '-c', 'node migrate.js && node main.js'])],
    ['npm', 'error', unit('KillMode=mixed', 'ExecStart=-/usr/bin/npm start')],
    ['bash', 'warning', unit('KillMode=mixed', 'ExecStart=/bin/bash -lc "node main.js >> log"')],
    ['bash', 'note', compose('command: [bash, -c, "cd app && node main.js"]')],
    ['sh', 'note', compose('image: node:24-alpine', 'command: [sh, -c, node main.js]')],
    ['npm', 'warning', fileNamed('pm2.yaml', 'apps: [{ script: npm, args: start }]')],
    [
      'npm',
      'error',
      '{"apiVersion":"serving.knative.dev/v1","kind":"Service","spec":{"template":{"spec":{"containers":[{"command":["npm"],"args":["start"]}]}}}}',
    ],
  ])('fails %s in front of the service (%s)', (program, severity, text) => {
    expect(findingsOf(rule, [text])).toMatchObject([
      { severity, message: expect.stringMatching(new RegExp(`^${program} `)) as string },
    ]);
  });

  it.each([
    [compose('command: node a.js'), undefined],
    [compose('command: sh -c "node a.js --port 1"'), 'command: ["node", "a.js", "--port", "1"]'],
    [compose('entrypoint: [tini, --]', 'command: [npx, node, a.js]'), 'command: ["node", "a.js"]'],
    [compose('entrypoint: [yarn]', 'command: [node, a.js]'), 'entrypoint: ["node", "a.js"]\ncommand: []'],
    [task(['sh', '-c', 'node m.js && node a.js']), '"command": ["sh", "-c", "node m.js && exec node a.js"]'],
    [
      task(['npm', 'start']),
      '"command": ["node", "dist/main.js"]\n(dist/main.js is a guess: write what the script "start" of package.json runs)',
    ],
    [unit('KillMode=mixed', 'ExecStart=/bin/bash -lc "node main.js"'), 'ExecStart=/bin/bash -lc "exec node main.js"'],
    [unit('KillMode=mixed', 'ExecStart=/usr/bin/npx node /srv/a.js'), 'ExecStart=/usr/bin/node /srv/a.js'],
    [
      fileNamed('pm2.yaml', 'apps: [{ script: npm, args: start }]'),
      '// dist/main.js is a guess: write what the script "start" of package.json runs\nscript: \'dist/main.js\',   // and no args',
    ],
  ])('says what to write instead of %j', (text, remedy) => {
    expect(findingsOf(rule, [text]).map((finding) => finding.remedy)).toEqual(remedy === undefined ? [] : [remedy]);
  });
});
