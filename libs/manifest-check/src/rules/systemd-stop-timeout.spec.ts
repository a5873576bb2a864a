import { fileNamed, fixedFile, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'systemd-stop-timeout';

function unit(...lines: readonly string[]): string {
  return fileNamed('orders.service', '[Service]', 'ExecStart=/usr/bin/node /app/main.js', ...lines);
}

describe('systemd-stop-timeout', () => {
  it.each([
    ['the default', unit()],
    ['enough', unit('TimeoutStopSec=30')],
    ['enough in words', unit('TimeoutStopSec=5s', 'TimeoutStopSec=1min 30s')],
    ['no limit', unit('TimeoutStopSec=infinity')],
    ['no limit either', unit('TimeoutStopSec=0')],
    ['an unreadable time', unit('TimeoutStopSec=%i')],
    ['a time only part of which can be read', unit('TimeoutStopSec=5s%i')],
    ['an unknown unit of time', unit('TimeoutStopSec=5 fortnights')],
    ['a short time that the service knows of', unit('TimeoutStopSec=8', 'Environment=A=1 "SHUTDOWN_GRACE_PERIOD=8s"')],
    ['a job', unit('TimeoutStopSec=5', 'Type=oneshot')],
    ['another program', unit('TimeoutStopSec=5').replace('/usr/bin/node', '/usr/sbin/nginx')],
    ['a unit without a service', fileNamed('a.service', '[Unit]', 'After=b')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ['too little', unit('TimeoutStopSec=10s'), 'but systemd waits 10s'],
    ['too little for start and stop', unit('TimeoutSec=20'), 'but systemd waits 20s'],
    ['the default', unit('Environment=SHUTDOWN_GRACE_PERIOD=3m'), 'but systemd waits 90s (the default)'],
  ])('fails %s', (_what, text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });

  it('has a fix', () => {
    const fixed = fixedFile(rule, unit('TimeoutStopSec=10s', 'Restart=always'));
    expect(fixed).toContain('\nTimeoutStopSec=30\nRestart=always\n');
    expect(messagesOf(rule, [fixed])).toEqual([]);
  });
});
