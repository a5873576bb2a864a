import { deployment, fileNamed, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'process-manager-kills-early';

function started(command: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return deployment({
    container: { command: [...command], env: Object.entries(env).map(([name, value]) => ({ name, value })) },
  });
}

function dockerfile(...lines: readonly string[]): string {
  return fileNamed('Dockerfile', 'FROM node:24', ...lines);
}

describe('process-manager-kills-early', () => {
  it.each([
    ['node', started(['node', 'dist/main.js'])],
    ['a time in the environment', started(['pm2-runtime', 'dist/main.js'], { PM2_KILL_TIMEOUT: '30000' })],
    ['a time in the image', dockerfile('ENV PM2_KILL_TIMEOUT 30000', 'CMD ["pm2-runtime", "a.js"]')],
    [
      'a time in the base of the image',
      dockerfile('ENV PM2_KILL_TIMEOUT=30000 B=1').replace('node:24', 'node:24 AS base') +
        'FROM base\nCMD pm2-runtime a.js',
    ],
    ['a service that does not shut down', started(['pm2-runtime', 'dist/main.js'], { SHUTDOWN_ENABLED: 'false' })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['its own command', started(['pm2-runtime', 'dist/main.js']), 'command: ["node", "dist/main.js"]'],
    [
      'the verb, and arguments',
      started(['pm2-runtime', 'start', 'app.js', '--', '--port', '80']),
      'command: ["node", "app.js", "--port", "80"]',
    ],
    [
      'an init program',
      started(['tini', '--', '/usr/local/bin/pm2-runtime', 'a.js']),
      'command: ["tini", "--", "node", "a.js"]',
    ],
    ['several instances', started(['pm2-runtime', '-i', 'max', 'a.js']), 'name: PM2_KILL_TIMEOUT\n    value: "30000"'],
    ['a script of npm', started(['pm2-runtime', 'npm', '--', 'start']), 'PM2_KILL_TIMEOUT'],
    ['a shell', started(['sh', '-c', 'migrate && exec pm2-runtime a.js']), 'PM2_KILL_TIMEOUT'],
    ['a wrapper', started(['doppler', 'run', '--', 'pm2-runtime', 'a.js']), '["doppler", "run", "--", "node", "a.js"]'],
    ['the exec form', dockerfile('CMD ["pm2-runtime", "a.js"]'), 'CMD ["node", "a.js"]'],
    ['the shell form', dockerfile('CMD pm2-runtime a.js'), 'ENV PM2_KILL_TIMEOUT=30000'],
    [
      'an option that it does not know',
      started(['pm2-runtime', '--kill-timeout', '30000', 'a.js']),
      'PM2_KILL_TIMEOUT',
    ],
    [
      'Compose',
      fileNamed(
        'compose.yaml',
        'services: { api: { image: shop/api, command: pm2-runtime a.js, environment: { NODE_ENV: production } } }',
      ),
      'command: ["node", "a.js"]',
    ],
  ])('fails %s', (_what, text, remedy) => {
    const [finding, ...others] = findingsOf(rule, [text]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      severity: 'error',
      message: expect.stringContaining('but pm2-runtime waits 1.6s') as unknown,
    });
    expect(finding?.remedy).toContain(remedy);
  });

  it('leaves to its file what that says, and warns where the file is not there', () => {
    const text = started(['pm2-runtime', '/app/ecosystem.config.json']);
    const file = JSON.stringify({ apps: [{ name: 'a', script: 'a.js' }] });
    expect(messagesOf(rule, [text, `# file: ecosystem.config.json\n${file}`])).toEqual([]);
    expect(findingsOf(rule, [text])).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('unless /app/ecosystem.config.json says otherwise') as unknown,
      },
    ]);
  });

  it('warns of supervisord, whose configuration is in the image', () => {
    expect(findingsOf(rule, [started(['/usr/bin/supervisord', '-n', '-c', '/etc/s.conf'])])).toMatchObject([
      {
        severity: 'warning',
        message: expect.stringContaining('supervisord waits 10s, unless /etc/s.conf says otherwise') as unknown,
      },
    ]);
  });
});
