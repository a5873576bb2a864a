import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'pre-stop-sends-signal';

function stopping(command: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  return deployment({ container: { lifecycle: { preStop: { exec: { command: [...command] } } } }, ...{ env } });
}

function line(text: string): string {
  return stopping(['/bin/sh', '-c', text]);
}

describe('pre-stop-sends-signal', () => {
  it.each([
    ['a wait', line('sleep 10')],
    ['a question', line('kill -0 1; sleep 5')],
    ['a signal of another purpose', line('kill -USR2 1 && sleep 5')],
    ['words about it', line('echo kill -TERM 1; sleep 5')],
    ['a list of signals', line('kill -l; sleep 5')],
    ['another program', stopping(['/app/leave', '-TERM', '1'])],
    ['no preStop', deployment()],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    'kill -TERM 1; sleep 10',
    'kill 1 && sleep 10',
    'kill -15 1; sleep 10',
    'kill -s SIGTERM 1; sleep 10',
    '/bin/kill -SIGTERM $(pidof node); sleep 10',
    'sleep 2; kill -INT -1; sleep 10',
    'pkill -TERM -f main.js; sleep 10',
    'killall node; sleep 10',
    'exec kill -TERM 1',
    'if true; then kill -TERM 1; fi; sleep 10',
  ])('fails %s', (text) => {
    const [finding, ...others] = findingsOf(rule, [line(text)]);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      message: expect.stringMatching(/^preStop sends SIG(?:TERM|INT) by itself/) as unknown,
    });
  });

  it('fails the exec form, and SIGKILL', () => {
    expect(findingsOf(rule, [stopping(['kill', '-TERM', '1'])])).toMatchObject([{ severity: 'error' }]);
    expect(findingsOf(rule, [line('kill -9 1')])).toMatchObject([
      { severity: 'error', why: expect.stringContaining('SIGKILL cannot') as unknown },
    ]);
  });

  it('keeps what else the hook does', () => {
    expect(findingsOf(rule, [line('kill -TERM 1; sleep 10')])[0]?.remedy).toMatch(/^Delete preStop/);
    expect(findingsOf(rule, [line('/app/leave; kill -TERM 1; sleep 10')])[0]?.remedy).toContain(
      '["sh", "-c", "/app/leave; sleep 10"]',
    );
  });
});
