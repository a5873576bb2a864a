import { join } from 'node:path';
import { freePort } from '../support/free-port.js';
import { HttpLoad } from '../support/http-load.js';
import { itNeeds } from '../support/machine.js';
import { npmRegistry } from '../support/package-managers.js';
import { Pm2 } from '../support/pm2.js';
import { programFolders } from '../support/repository.js';

jest.setTimeout(900_000);

const pm2s: Pm2[] = [];
afterAll(async () => {
  for (const pm2 of pm2s) await pm2.remove();
});

describe('two processes of the cluster mode of PM2', () => {
  itNeeds(npmRegistry, 'lose nothing at a reload under load, and all end clean', async () => {
    const pm2 = new Pm2();
    pm2s.push(pm2);
    const port = await freePort();
    const lameDuck = { min: '100ms', max: '60s', quiet: '2s' };
    // As the page on processes says, with times for a slow machine.
    await pm2.start({
      name: 'service',
      script: join(programFolders[11], 'faulty-service.js'),
      ...{ exec_mode: 'cluster', instances: 2, wait_ready: true, listen_timeout: 120_000, kill_timeout: 120_000 },
      env: {
        KIND: 'express',
        PORT: String(port),
        OPTIONS: JSON.stringify({ lameDuck }),
        SHUTDOWN_GRACE_PERIOD: '120s',
      },
    });
    const load = new HttpLoad({ url: `http://127.0.0.1:${port}`, clients: 8, request: () => ({ path: '/work' }) });
    await load.answered(200);
    await pm2.run('reload', 'service');
    await load.answered(load.ledger.total + 200);
    const { total, counts, notOk } = await load.stop();
    expect(notOk).toEqual([]);
    expect(counts).toEqual({ ok: total });
    expect(pm2.logs.match(/stopped clean after .*reason SIGINT/g)).toHaveLength(2);
    await pm2.run('stop', 'service');
    expect(pm2.logs.match(/stopped clean after .*exit code 0/g)).toHaveLength(4);
    expect(pm2.logs).not.toMatch(/stopped (interrupted|failed|forced)/);
  });
});
