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
    ['a task of node', task(['node', 'main.js'])],
    ['npm in a unit whose every process is signalled', unit('ExecStart=/usr/bin/npm start')],
    ['PM2, which signals every process', fileNamed('pm2.yaml', 'apps: [{ script: npm, args: start }]')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['npm', 'error', compose('command: npm run start:prod')],
    ['yarn', 'error', compose('entrypoint: [yarn]', 'command: [start]')],
    ['sh', 'warning', compose('command: [sh, -c, node main.js]')],
    ['sh', 'error', task(['sh', '-c', 'node migrate.js && node main.js'])],
    ['npm', 'error', unit('KillMode=mixed', 'ExecStart=-/usr/bin/npm start')],
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
});
