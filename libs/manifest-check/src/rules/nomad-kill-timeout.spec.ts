import { findingsOf, fixedBy, messagesOf } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';
import { checkFiles } from '../check-files.js';

const rule = 'nomad-kill-timeout';

function job(task: object, parts: object = {}): string {
  const own = { Name: 'orders', Driver: 'docker', Config: { command: 'node', args: ['dist/main.js'] }, ...task };
  return JSON.stringify({ Job: { ID: 'orders', ...parts, TaskGroups: [{ Name: 'orders', Tasks: [own] }] } });
}

describe('nomad-kill-timeout', () => {
  it.each([
    ['enough', job({ KillTimeout: 30_000_000_000 })],
    ['enough in words', job({ KillTimeout: '45s' })],
    ['a short time that the service knows of', job({ KillTimeout: 8e9, Env: { SHUTDOWN_GRACE_PERIOD: '8s' } })],
    ['a delay before the signal, which is no part of it', job({ KillTimeout: 30e9, ShutdownDelay: 60_000_000_000 })],
    ['another program', job({ Config: { command: '/orders' } })],
    ['a batch job', job({}, { Type: 'batch' })],
    ['a task before the others', job({ Lifecycle: { Hook: 'prestart' } })],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('fails the default, and what is too little', () => {
    expect(messagesOf(rule, [job({})])).toEqual([expect.stringContaining('but Nomad waits 5s (the default)')]);
    expect(messagesOf(rule, [job({ KillTimeout: 10_000_000_000 })])).toEqual([
      expect.stringContaining('but Nomad waits 10s'),
    ]);
  });

  it('does not count the delay before the signal as time to stop', () => {
    expect(messagesOf(rule, [job({ KillTimeout: 10_000_000_000, ShutdownDelay: 60_000_000_000 })])).toEqual([
      expect.stringContaining('but Nomad waits 10s'),
    ]);
  });

  it('raises it in nanoseconds', () => {
    expect(fixedBy(rule, [job({ KillTimeout: 10_000_000_000 })])).toBe(job({ KillTimeout: 30_000_000_000 }));
  });

  it('says where the clients have to accept more', () => {
    const [finding] = findingsOf(rule, [job({ Env: { SHUTDOWN_GRACE_PERIOD: '90s' } })]);
    expect(finding?.remedy).toBe(
      '"KillTimeout": 90000000000\n(and max_kill_timeout = "90s" of the clients, which is 30s by default)',
    );
  });

  it('knows the signal of each driver', () => {
    expect(messagesOf('platform-stop-signal', [job({ KillSignal: 'SIGQUIT' })])).toEqual([
      expect.stringContaining('stopped with SIGQUIT'),
    ]);
    expect(messagesOf('platform-stop-signal', [job({})])).toEqual([]);
    const settings = printedBy({ code: { signals: ['SIGTERM'] } });
    for (const Driver of ['exec', 'raw_exec']) {
      expect(messagesOf('platform-stop-signal', [job({ Driver })], { settings })).toEqual([
        'the service is stopped with SIGINT, but listens to SIGTERM',
      ]);
      expect(messagesOf('platform-stop-signal', [job({ Driver, KillSignal: 'SIGTERM' })], { settings })).toEqual([]);
    }
  });

  it('says that a job in HCL is not read', () => {
    const { notJudged, findings } = checkFiles([{ path: 'orders.nomad.hcl', text: 'job "orders" {}' }]);
    expect(findings).toEqual([]);
    expect(notJudged).toMatchObject([
      { remedy: expect.stringContaining('nomad job run -output orders.nomad.hcl') as unknown },
    ]);
  });
});
