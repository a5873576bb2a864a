import { printedBy } from '../../../../test/support/printed-settings.js';
import { fileNamed, messagesOf } from '../../../../test/support/manifests.js';

const rule = 'platform-stop-signal';

function unit(line = ''): string {
  return fileNamed('orders.service', '[Service]', 'ExecStart=/usr/bin/node main.js', line);
}

function compose(line: string): string {
  return fileNamed('compose.yaml', `services: { orders: { image: node, ${line} } }`);
}

const pm2 = fileNamed('pm2.yaml', 'apps: [{ name: orders, script: main.js }]');
const settings = printedBy({ code: { signals: ['SIGTERM', 'SIGUSR2'] } });

describe('platform-stop-signal', () => {
  it.each([
    compose('stop_signal: SIGINT'),
    compose('stop_signal: 15'),
    compose('stop_signal: "${SIGNAL}"'),
    compose('stop_signal: SIGQUIT').replace('image: node', 'image: nginx'),
    unit(),
    unit('KillSignal=TERM'),
    unit('ExecStop=/bin/kill -15 $MAINPID'),
    unit('ExecStop=/bin/curl -X POST localhost/9'),
    pm2,
  ])('passes a signal that the service listens to: %#', (text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    [compose('stop_signal: SIGQUIT'), 'SIGQUIT'],
    [compose('stop_signal: 9'), 'SIGKILL'],
    [unit('KillSignal=SIGHUP'), 'SIGHUP'],
    [unit('ExecStop=/bin/kill -9 $MAINPID'), 'SIGKILL'],
    [unit('ExecStop=/usr/bin/pkill -s SIGKILL node'), 'SIGKILL'],
  ])('fails one that it does not: %#', (text, signal) => {
    expect(messagesOf(rule, [text])).toEqual([
      `the service is stopped with ${signal}, but listens to SIGTERM and SIGINT`,
    ]);
  });

  it('goes by what the service has printed', () => {
    expect(messagesOf(rule, [compose('stop_signal: SIGUSR2')], { settings })).toEqual([]);
    const told = pm2.replace('main.js', 'main.js, shutdown_with_message: true');
    expect(messagesOf(rule, [told], { settings })).toEqual([]);
    expect(messagesOf(rule, [pm2], { settings })).toEqual([
      'the service is stopped with SIGINT, but listens to SIGTERM and SIGUSR2',
    ]);
  });

  it('knows the signal of Fly, which is SIGINT unless the file says otherwise', () => {
    const app = (...lines: readonly string[]): string =>
      fileNamed(
        'fly.toml',
        ...lines,
        '[processes]',
        "web = 'node main.js'",
        '[[http_service.checks]]',
        'grace_period = "5s"',
      );
    const unheard = (text: string): readonly string[] => messagesOf(rule, [text], { settings });
    expect(unheard(app())).toEqual(['the service is stopped with SIGINT, but listens to SIGTERM and SIGUSR2']);
    expect(unheard(app('kill_signal = "SIGTERM"'))).toEqual([]);
    expect(unheard(app('kill_signal = "SIGQUIT"'))).toEqual([
      'the service is stopped with SIGQUIT, but listens to SIGTERM and SIGUSR2',
    ]);
  });
});
