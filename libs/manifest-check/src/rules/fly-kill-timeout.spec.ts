import { fileNamed, findingsOf, fixedFile, messagesOf } from '../../../../test/support/manifests.js';
import { checkFiles } from '../check-files.js';

const rule = 'fly-kill-timeout';

function app(...lines: readonly string[]): string {
  return fileNamed('fly.toml', ...lines, '[processes]', "web = 'node dist/main.js'");
}

describe('fly-kill-timeout', () => {
  it.each([
    ['enough', app('kill_timeout = 30')],
    ['enough in words', app("kill_timeout = '2m'")],
    ['a short time that the service knows of', `${app('kill_timeout = 8')}\n[env]\nSHUTDOWN_GRACE_PERIOD = "8s"\n`],
    ['another program', app('kill_timeout = 1').replace('node dist/main.js', './orders')],
    ['an app of which nothing is known', fileNamed('fly.toml', 'app = "orders"')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['the default', app(), 'but Fly waits 5s (the default)'],
    ['too little', app('kill_timeout = 10   # seconds'), 'but Fly waits 10s'],
    [
      'the default beside checks, whose grace period is that of a start',
      `${app()}\n[[http_service.checks]]\ngrace_period = "60s"\npath = "/health/ready"\n`,
      'but Fly waits 5s (the default)',
    ],
    ['too little in words', app('kill_timeout = "10s"'), 'but Fly waits 10s'],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it('raises a number, and leaves the rest as it is', () => {
    expect(fixedFile(rule, app('kill_timeout = 10   # seconds'))).toBe(app('kill_timeout = 30   # seconds'));
  });

  it('names both ways where shared processors accept no more', () => {
    const [finding] = findingsOf(rule, [`${app()}\n[env]\nSHUTDOWN_GRACE_PERIOD = "10m"\n`]);
    expect(finding?.remedy).toMatch(
      /^kill_timeout = 300 .*SHUTDOWN_GRACE_PERIOD=300s.*\n# or kill_timeout = 600 .*price/,
    );
  });

  it('knows what the app runs by what is beside the file', () => {
    const text = 'app = "orders"\n';
    const found = (other: { path: string; text: string }) =>
      checkFiles([{ path: 'a/fly.toml', text }, other]).findings.filter((one) => one.rule === rule);
    expect(found({ path: 'a/Dockerfile', text: 'FROM node:24\nCMD ["node", "main.js"]\n' })).toHaveLength(1);
    expect(found({ path: 'a/package.json', text: '{}' })).toHaveLength(1);
    expect(found({ path: 'a/Dockerfile', text: 'FROM golang:1.24\nCMD ["/orders"]\n' })).toEqual([]);
    expect(found({ path: 'b/Dockerfile', text: 'FROM node:24\nCMD ["node", "main.js"]\n' })).toEqual([]);
  });

  it('says that an app is not judged of which nothing is known', () => {
    const { notJudged } = checkFiles([{ path: 'fly.toml', text: 'app = "orders"\n' }]);
    expect(notJudged).toMatchObject([
      { subject: 'Fly app orders', remedy: expect.stringContaining('Dockerfile') as unknown },
    ]);
  });
});
