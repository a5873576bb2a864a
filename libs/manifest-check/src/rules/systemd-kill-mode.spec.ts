import { fileNamed, fixedFile, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'systemd-kill-mode';

function unit(...lines: readonly string[]): string {
  return fileNamed('orders.service', '[Service]', 'ExecStart=/usr/bin/node /app/main.js', ...lines);
}

describe('systemd-kill-mode', () => {
  it.each([
    unit(),
    unit('KillMode=mixed'),
    unit('KillMode=none', 'KillMode=process'),
    unit('KillMode=none').replace('node', 'python'),
  ])('passes a service that is told: %#', (text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('fails one that is not, and has a fix', () => {
    const text = unit('KillMode=none');
    expect(messagesOf(rule, [text])).toHaveLength(1);
    expect(fixedFile(rule, text)).toContain('\nKillMode=mixed\n');
  });
});
