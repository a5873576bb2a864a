import { readFileSync } from 'node:fs';
import { until } from '../support/event-loop.js';
import { itNeeds } from '../support/machine.js';
import {
  commandCapability,
  folderWith,
  listenAsSystemd,
  notifySockets,
  temporaryFolder,
} from '../support/notify-socket.js';
import { type Program, startProgram } from '../support/program.js';

function start(env: Record<string, string>): Program {
  return startProgram('notifying', { nest: 12, ipc: true, ownGroup: true, env });
}

/** Sends what `KillMode=control-group` sends, lets it finish, and expects a clean end. */
async function stop(program: Program): Promise<string> {
  process.kill(-program.pid, 'SIGTERM');
  await program.waitForLine(/^service is draining$/);
  program.send('go');
  const { code, output } = await program.exit;
  expect(code).toBe(0);
  return output;
}

const only = (told: Program, what: string): string[] => told.output.split('\n').filter((line) => line.startsWith(what));

describe('a service under systemd', () => {
  for (const command of ['systemd-notify', 'python3', 'perl']) {
    itNeeds(
      commandCapability(command),
      `tells through ${command} when it is ready, that it stops, for how long, and how far it is`,
      async () => {
        const { socket, told } = await listenAsSystemd();
        const program = start({ NOTIFY_SOCKET: socket, PATH: folderWith('sh', command) });
        await told.waitForLine(/^READY=1$/);
        await told.waitForLine(/^STATUS=ready$/);
        expect(told.output).not.toContain('STOPPING');
        process.kill(-program.pid, 'SIGTERM');
        await told.waitForLine(/^STOPPING=1$/);
        const [, usec] = await told.waitForLine(/^EXTEND_TIMEOUT_USEC=(\d+)$/);
        expect(Number(usec)).toBeGreaterThan(90_000_000);
        expect(Number(usec)).toBeLessThan(110_000_000);
        await told.waitForLine(/^STATUS=draining$/);
        program.send('go');
        const { code, output } = await program.exit;
        expect(code).toBe(0);
        expect(output).not.toContain('systemd');
        expect([only(told, 'READY'), only(told, 'STOPPING'), only(told, 'WATCHDOG')]).toEqual([
          ['READY=1'],
          ['STOPPING=1'],
          [],
        ]);
      },
    );
  }

  itNeeds(notifySockets, 'tells it of an abstract socket as well', async () => {
    const { socket, told } = await listenAsSystemd(`@nestjs-lifecycle-${process.pid}`);
    const program = start({ NOTIFY_SOCKET: socket });
    await told.waitForLine(/^READY=1$/);
    expect(await stop(program)).not.toContain('systemd');
  });

  itNeeds(
    notifySockets,
    'feeds the watchdog while the event loop turns, where systemd has asked this process for it',
    async () => {
      const fed = await listenAsSystemd();
      const other = await listenAsSystemd();
      const programs = [
        start({ NOTIFY_SOCKET: fed.socket, WATCHDOG_USEC: '200000' }),
        start({ NOTIFY_SOCKET: other.socket, WATCHDOG_USEC: '200000', WATCHDOG_PID: '1' }),
      ];
      await other.told.waitForLine(/^READY=1$/);
      await until('it is fed twice', () => only(fed.told, 'WATCHDOG').length > 1);
      for (const program of programs) await stop(program);
      expect(only(other.told, 'WATCHDOG')).toEqual([]);
    },
  );

  itNeeds(notifySockets, 'leaves it to the service to tell: its child processes tell nothing', async () => {
    const { socket, told } = await listenAsSystemd();
    const program = start({ NOTIFY_SOCKET: socket, ROLE: 'parent' });
    await told.waitForLine(/^READY=1$/);
    await program.waitForLine(/^child is ready$/);
    program.send('stop the child');
    await program.waitForLine(/^the child has ended with/);
    expect([only(told, 'READY'), only(told, 'STOPPING')]).toEqual([['READY=1'], []]);
    await stop(program);
  });

  itNeeds(notifySockets, 'is ready once both services of its process are', async () => {
    const { socket, told } = await listenAsSystemd();
    const program = start({ NOTIFY_SOCKET: socket, ROLE: 'two' });
    await program.waitForLine(/^service is ready$/);
    await told.waitForLine(/^STATUS=ready$/);
    expect(told.output).not.toContain('READY=1');
    program.send('boot');
    await program.waitForLine(/^second is ready$/);
    await told.waitForLine(/^READY=1$/);
    await stop(program);
  });

  itNeeds(notifySockets, 'of several processes is told of by its primary alone', async () => {
    const { socket, told } = await listenAsSystemd();
    const CLUSTER = JSON.stringify({ gracePeriod: '100s', startTimeout: '100s' });
    const program = startProgram('plain-cluster', {
      nest: 12,
      ipc: true,
      ownGroup: true,
      env: { CLUSTER, NOTIFY_SOCKET: socket },
    });
    await told.waitForLine(/^READY=1$/, 100_000);
    await program.waitForLine(/the cluster is serving/, 100_000);
    program.signal('SIGTERM');
    await told.waitForLine(/^STOPPING=1$/);
    await told.waitForLine(/^EXTEND_TIMEOUT_USEC=\d+$/);
    expect((await program.exit).code).toBe(0);
    expect([only(told, 'READY'), only(told, 'STOPPING')]).toEqual([['READY=1'], ['STOPPING=1']]);
  });
});

describe('where systemd cannot be told, a service', () => {
  it.each([
    [
      'has none of the commands',
      () => ({ PATH: folderWith('sh') }),
      /none of systemd-notify, python3 and perl is there/,
    ],
    ['has no shell', () => ({ PATH: temporaryFolder() }), /telling systemd fails: spawn sh ENOENT/],
  ])('that %s says so, and serves', async (_, env, warning) => {
    const program = start({ NOTIFY_SOCKET: '/nowhere/notify', ...env() });
    await program.waitForLine(warning);
    expect(await stop(program)).toMatch(/stopped clean after/);
  });

  itNeeds(notifySockets, 'whose socket is gone says so once, and serves', async () => {
    const program = start({ NOTIFY_SOCKET: '/nowhere/notify', PATH: folderWith('sh', 'python3') });
    await program.waitForLine(/telling systemd fails: python3: .*No such file or directory/);
    expect((await stop(program)).match(/telling systemd fails/g)).toHaveLength(1);
  });

  itNeeds(notifySockets, 'whose helper is killed says so, and serves', async () => {
    const { socket, told } = await listenAsSystemd();
    const program = start({ NOTIFY_SOCKET: socket, PATH: folderWith('sh', 'python3') });
    await told.waitForLine(/^READY=1$/);
    const [helper] = readFileSync(`/proc/${program.pid}/task/${program.pid}/children`, 'utf8').trim().split(' ');
    process.kill(Number(helper), 'SIGKILL');
    await program.waitForLine(/telling systemd fails: its helper has ended with SIGKILL/);
    expect(await stop(program)).toMatch(/stopped clean after/);
  });
});
