import { join } from 'node:path';
import { watch, turns } from '../support/event-loop.js';
import { HttpClient } from '../support/http-client.js';
import { itNeeds } from '../support/machine.js';
import { commandPath, notifySockets } from '../support/notify-socket.js';
import { type Program, startFile } from '../support/program.js';
import { KINDS } from '../support/program-kinds.js';
import { programFolders, root } from '../support/repository.js';

const LONG_MS = 100_000;
jest.setTimeout(2 * LONG_MS);

function startUnit(nest: 11 | 12, env: Record<string, string>): Program {
  return startFile(join(root, 'test/support/socket-unit.py'), {
    nodePath: commandPath('python3') ?? '',
    args: [process.execPath, join(programFolders[nest], 'activated.js')],
    ownGroup: true,
    env,
  });
}

describe.each(KINDS)('a service of Nest %i with %s on a socket of systemd', (nest, adapter) => {
  itNeeds(notifySockets, 'is restarted, and a client that comes in between is answered by the next one', async () => {
    const unit = startUnit(nest, { ADAPTER: adapter });
    const url = await unit.url();
    const [, first] = await unit.waitForLine(/^service (\d+) has started$/);
    // It waits in the queue of the socket until the service is there.
    expect(await new HttpClient(url, { timeoutMs: LONG_MS }).request()).toMatchObject({ outcome: 'ok' });
    process.kill(Number(first), 'SIGTERM');
    await unit.waitForLine(new RegExp(`^service ${first} has ended with 0$`), LONG_MS);
    const between = new HttpClient(url, { timeoutMs: LONG_MS }).request();
    const answered = watch(between);
    await turns();
    expect(answered.isSettled).toBe(false);
    unit.signal('SIGUSR1');
    expect(await between).toMatchObject({ outcome: 'ok' });
  });
});

describe('a cluster on a socket of systemd', () => {
  itNeeds(notifySockets, 'answers in its workers, and ends clean', async () => {
    const unit = startUnit(12, { WORKERS: '2' });
    const [, primary] = await unit.waitForLine(/^service (\d+) has started$/);
    expect(await new HttpClient(await unit.url(), { timeoutMs: LONG_MS }).request()).toMatchObject({ outcome: 'ok' });
    await unit.waitForLine(/cluster: 2 workers are ready/, LONG_MS);
    process.kill(Number(primary), 'SIGTERM');
    await unit.waitForLine(new RegExp(`^service ${primary} has ended with 0$`), LONG_MS);
  });
});
