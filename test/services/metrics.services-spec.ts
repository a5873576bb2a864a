import { fixedPorts } from '../support/fixed-ports.js';
import { itNeeds, prometheus } from '../support/machine.js';
import { Prometheus } from '../support/prometheus.js';
import { type Program, startProgram } from '../support/program.js';

const REQUESTS = 40;

async function startReplica(probePort: number): Promise<{ readonly program: Program; readonly url: string }> {
  const options = { probePort, lameDuck: 0, gracePeriod: '60s', metrics: { lastScrape: '30s' } };
  const program = startProgram('measured', { nest: 12, env: { MEASURED: JSON.stringify(options) } });
  return { program, url: await program.url() };
}

async function ask(url: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await (await fetch(`${url}/orders/${n}`)).text();
}

describe('a Prometheus that scrapes two replicas', () => {
  itNeeds(prometheus, 'has every request and every outcome of a rolling restart', async () => {
    const ports = await fixedPorts(4);
    const server = await Prometheus.start(ports);
    const [first = 0, second = 0, ...next] = ports;
    const running = [await startReplica(first), await startReplica(second)];
    await server.until('sum(up)', 2);
    for (const [index, port] of next.entries()) {
      const old = running[index];
      if (old === undefined) throw new Error('there is no replica to restart');
      running.push(await startReplica(port));
      // Right before the signal: without a last scrape, most of these were never seen.
      await ask(old.url, REQUESTS);
      const none = await fetch(`${old.url}/orders/none`);
      expect(none.status).toBe(404);
      await none.text();
      old.program.signal('SIGTERM');
      expect((await old.program.exit).code).toBe(0);
    }
    const answered = (status: string): string =>
      `sum(max_over_time(http_server_requests_total{route="/orders/:id",status_class="${status}"}[10m]))`;
    await server.until(answered('2xx'), 2 * REQUESTS);
    await server.until(answered('4xx'), 2);
    await server.until('sum(max_over_time(shutdown_outcome_total{outcome="clean"}[10m]))', 2);
    await server.until('sum(max_over_time(shutdown_outcome_total{outcome!="clean"}[10m]))', 0);
    await server.until('count(shutdown_phase{phase="ready"} == 1)', 2);
    await server.until('sum(max_over_time(requests_interrupted_total[10m]))', 0);
  });

  itNeeds(prometheus, 'has what an instance has cut', async () => {
    const [port = 0] = await fixedPorts(1);
    const server = await Prometheus.start([port]);
    const options = {
      probePort: port,
      drainTimeout: '500ms',
      lameDuck: 0,
      gracePeriod: '60s',
      metrics: { lastScrape: '30s' },
    };
    const program = startProgram('measured', { nest: 11, env: { MEASURED: JSON.stringify(options) } });
    const cut = fetch(`${await program.url()}/hang`).catch(() => undefined);
    await program.waitForLine(/^hanging$/);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(1);
    await cut;
    await server.until('sum(max_over_time(requests_interrupted_total{kind="response"}[10m]))', 1);
    await server.until('sum(max_over_time(shutdown_outcome_total{outcome="interrupted"}[10m]))', 1);
  });
});
