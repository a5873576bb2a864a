import { HttpLoad } from '../support/http-load.js';
import { startProgram } from '../support/program.js';

/** No machine is so slow that four workers do not start and stop in that time. */
const LONG_MS = 240_000;
const WORKERS = [1, 2, 3, 4];

describe('a cluster of four workers under load', () => {
  it(
    'loses nothing when SIGHUP replaces one worker after the other, of kept-alive and of new connections',
    async () => {
      const program = startProgram('cluster', {
        nest: 12,
        ...{ ipc: true, ownGroup: true },
        env: {
          ADAPTER: 'fastify',
          OPTIONS: JSON.stringify({ gracePeriod: '110s', lameDuck: '1s' }),
          CLUSTER: JSON.stringify({ workers: WORKERS.length, gracePeriod: '120s', startTimeout: '120s' }),
        },
      });
      await program.waitForLine(/the cluster is serving/, LONG_MS);
      const url = await program.url();
      const kept = new HttpLoad({ url, clients: 12, pauseMs: 20 });
      const request = (): { headers: Record<string, string> } => ({ headers: { connection: 'close' } });
      const anew = new HttpLoad({ url, clients: 12, request, pauseMs: 20 });
      const loads = [kept, anew];
      await Promise.all(loads.map((load) => load.answered(100)));
      program.signal('SIGHUP');
      await program.waitForLine(/all workers are replaced/, LONG_MS);
      await Promise.all(loads.map((load) => load.answered(load.ledger.total + 100)));
      for (const { total, counts, notOk } of await Promise.all(loads.map((load) => load.stop()))) {
        expect(notOk).toEqual([]);
        expect(counts).toEqual({ ok: total });
      }
      program.signal('SIGTERM');
      const { code, output } = await program.exit;
      expect(code).toBe(0);
      for (const old of WORKERS) expect(output).toMatch(new RegExp(`^${old}: ended clean: reload, `, 'm'));
    },
    2 * LONG_MS,
  );
});
