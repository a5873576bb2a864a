import { fileNamed, fixedFile, messagesOf } from '../../../../test/support/manifests.js';
import { applyFixes } from '../findings/apply-fixes.js';
import { checkFiles } from '../check-files.js';

const rule = 'pm2-kill-timeout';

function app(text: string): string {
  return fileNamed('pm2.yaml', `apps: [{ name: orders, script: main.js${text} }]`);
}

/** A comment in YAML would be none in JavaScript. */
function checked(text: string) {
  const file = { path: 'ecosystem.config.js', text };
  const findings = checkFiles([file]).findings.filter((finding) => finding.rule === rule);
  return { findings, fixed: applyFixes(file, findings).text };
}

describe('pm2-kill-timeout', () => {
  it.each([
    ['enough', app(', kill_timeout: 30000')],
    ['a short time that the service knows of', app(', kill_timeout: 8000, env: { SHUTDOWN_GRACE_PERIOD: 8s }')],
    ['a program that is not of Node', app(', interpreter: python3')],
    ['a script that is not of Node', app('').replace('main.js', 'main.py')],
    ['a job', app(', autorestart: false')],
    ['a job at its hours', app(', cron_restart: "0 0 * * *"')],
    ['development', app(', env: { NODE_ENV: development }')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['the default', app(''), 'but PM2 waits 1.6s (the default)'],
    ['a single application', app('').replace('[', '').replace(']', ''), 'but PM2 waits 1.6s'],
    ['a list without apps', app('').replace('apps: ', ''), 'but PM2 waits 1.6s'],
    ['too little', app(', kill_timeout: 5000'), 'but PM2 waits 5s'],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it('leaves out what pm2 init writes, and no more', () => {
    const deploy = "deploy: { production: { user: 'SSH_USERNAME', repo: 'GIT_REPOSITORY' } }";
    const examples = "{ script: 'index.js', watch: '.' }, { script: './service-worker/', watch: ['./service-worker'] }";
    const written = `module.exports = { apps: [${examples}], ${deploy} };\n`;
    expect(checked(written).findings).toEqual([]);
    expect(checked(written.replace("'index.js', watch: '.'", "'dist/main.js'")).findings).toHaveLength(1);
    expect(checked(written.replace('SSH_USERNAME', 'deploy')).findings).toHaveLength(2);
  });

  it.each(['...base', 'kill_timeout: seconds * 1000'])('leaves alone what a script computes: %s', (line) => {
    expect(checked(`module.exports = { apps: [{ script: 'main.js', ${line} }] };`).findings).toEqual([]);
  });

  it('has a fix, in JavaScript as well', () => {
    const { findings, fixed } = checked("module.exports = { apps: [{ script: 'main.js', kill_timeout: 5_000 }] };\n");
    expect(findings).toHaveLength(1);
    expect(fixed).toBe("module.exports = { apps: [{ script: 'main.js', kill_timeout: 30000 }] };\n");
  });

  it('adds a time that is missing to data, and not to a script', () => {
    expect(fixedFile(rule, app(''))).toMatch(/\[\{\s*kill_timeout: 30000,\s*name: orders/);
    const text = "module.exports = { apps: [{ script: 'main.js' }] };\n";
    expect(checked(text)).toMatchObject({ findings: [{ remedy: 'kill_timeout: 30000' }], fixed: text });
  });

  it('reads a list that a script exports', () => {
    const { findings, fixed } = checked("module.exports = [{ script: 'main.js', kill_timeout: 5000 }];\n");
    expect(findings).toHaveLength(1);
    expect(fixed).toBe("module.exports = [{ script: 'main.js', kill_timeout: 30000 }];\n");
  });
});
