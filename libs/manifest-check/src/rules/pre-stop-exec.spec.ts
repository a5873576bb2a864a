import { deployment, findingsOf, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'pre-stop-exec';

function exec(image: string, ...command: string[]): string {
  return deployment({ container: { image, lifecycle: { preStop: { exec: { command } } } } });
}

function told(seconds: number, ...command: string[]): string {
  const env = { SHUTDOWN_PRE_STOP: `${seconds}s` };
  return deployment({ env, container: { lifecycle: { preStop: { exec: { command } } } } });
}

describe('pre-stop-exec', () => {
  it('passes a native sleep, no preStop, and a program that does more than sleep when the service knows how long it takes', () => {
    expect(messagesOf(rule, [deployment()])).toEqual([]);
    expect(
      messagesOf(rule, [deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } })]),
    ).toEqual([]);
    expect(messagesOf(rule, [told(10, '/app/leave.sh')])).toEqual([]);
    expect(messagesOf(rule, [told(7, 'sh', '-c', 'sleep 7; nginx -s quit')])).toEqual([]);
  });

  it('notes a sleep of the image, and says what to write instead', () => {
    expect(findingsOf(rule, [exec('orders:1', 'sh', '-c', 'sleep 7')])).toMatchObject([
      { severity: 'note', remedy: expect.stringContaining('seconds: 7') as string },
    ]);
  });

  it('notes a sleep among other commands, whose remedy says that they go', () => {
    expect(findingsOf(rule, [exec('orders:1', 'sh', '-c', 'sleep 7; nginx -s quit')])).toMatchObject([
      {
        severity: 'note',
        remedy: expect.stringMatching(/seconds: 7 .* the rest of the command goes\n[^]*value: 7s$/) as string,
      },
    ]);
  });

  it('notes a program of unknown length', () => {
    expect(messagesOf(rule, [exec('orders:1', '/app/leave.sh')])).toEqual([
      'preStop runs "/app/leave.sh" from the image, and no file shows how long it takes',
    ]);
  });

  it.each(['gcr.io/distroless/nodejs24-debian12', 'cgr.dev/chainguard/node'])('fails any program in %s', (image) => {
    expect(findingsOf(rule, [exec(image, 'sleep', '5')])).toMatchObject([{ severity: 'error' }]);
    expect(findingsOf(rule, [exec(image, '/app/leave.sh')])).toMatchObject([{ severity: 'error' }]);
  });
});
