import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../../../test/support/event-loop.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { NotifyHelper } from './notify-helper.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-helper-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A helper that has this script in place of `systemd-notify`. */
function helperWith(script: string): { helper: NotifyHelper; clock: ManualClock; faults: string[] } {
  const command = join(folder, 'systemd-notify');
  writeFileSync(command, `#!/bin/sh\n${script}\n`);
  chmodSync(command, 0o755);
  const faults: string[] = [];
  const clock = new ManualClock();
  const onFault = (text: string): void => void faults.push(text);
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  return { helper: new NotifyHelper({ socket: '/nowhere', clock, path, onFault }), clock, faults };
}

describe('NotifyHelper', () => {
  it('says once that systemd is not told, however long the command hangs, and waits for nothing', async () => {
    // It takes what is sent to it until this process ends.
    const { helper, clock, faults } = helperWith('exec cat >/dev/null');
    helper.send('READY=1');
    await clock.advance(9999);
    expect(faults).toEqual([]);
    await clock.advance(1);
    expect(faults).toEqual(['NOTIFY_SOCKET is set, and telling systemd fails: no answer in 10 s.']);
    for (let line = 0; line < 1000; line += 1) helper.send(`STATUS=${line}`);
    await clock.advance(100_000);
    expect(faults).toHaveLength(1);
  });

  it('says once what the command says when it fails, and goes on', async () => {
    const { helper, clock, faults } = helperWith(
      `echo "$1" >>'${folder}/told'; echo 'no such socket' >&2; [ "$1" != 'STATUS=last' ]`,
    );
    for (const line of ['READY=1', 'STATUS=a\nSTOPPING=1', 'STATUS=last']) helper.send(line);
    await until('it has failed', () => faults.length > 0);
    await until('all have been answered', () => clock.pendingTimers === 0);
    expect(faults).toEqual(['NOTIFY_SOCKET is set, and telling systemd fails: systemd-notify: no such socket.']);
  });

  it('sends a text with line breaks as one line', async () => {
    const { helper, clock, faults } = helperWith(`[ "$1" = 'STATUS=a\\nSTOPPING=1' ]`);
    helper.send('STATUS=a\nSTOPPING=1');
    await until('it has been answered', () => clock.pendingTimers === 0);
    expect(faults).toEqual([]);
  });
});
