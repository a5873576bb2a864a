import type { DetailedHealth } from 'nestjs-lifecycle';
import { ask } from '../support/http-app.js';
import { startProgram } from '../support/program.js';
import { NESTS } from '../support/program-kinds.js';
import { healthSchema, schemaProblems } from '../support/report-schema.js';

describe.each(NESTS)('a service on Nest %i whose indicator of Terminus is a component of its health', (nest) => {
  it('says that it is unwell, is not ready while it is, and comes back', async () => {
    const program = startProgram('monitored', { nest, ipc: true });
    const [, port = ''] = await program.waitForLine(/probes on port (\d+)/);
    const url = `http://127.0.0.1:${port}`;
    const readiness = async (): Promise<number | undefined> => (await ask(url, '/health/ready')).status;
    const health = async (): Promise<DetailedHealth> => {
      const body: unknown = JSON.parse((await ask(url, '/health/detailed')).body);
      expect(schemaProblems(body, healthSchema, 'health')).toEqual([]);
      // As the schema says.
      return body as DetailedHealth;
    };
    await program.waitForLine(/^listening on/);
    program.send('down');
    await program.waitForLine(
      /WARN .*health of stock: score 0\.6 is below 0\.8, 2 of the last 5 checks failed: .*the warehouse is away/,
    );
    await program.waitForLine(/WARN .*not ready \(health-score\): the score was below 0\.5 in 2 rounds in a row/);
    expect(await readiness()).toBe(503);
    expect(await health()).toMatchObject({
      status: 'down',
      isShed: true,
      components: expect.arrayContaining([
        expect.objectContaining({ name: 'database', failures: 0 }),
        expect.objectContaining({ name: 'stock', status: 'down' }),
      ]) as unknown,
      alerts: { active: [{ component: 'stock', cause: 'failures' }] },
    });
    const { body } = await ask(url, '/metrics');
    expect(body).toMatch(/^health_component_score\{component="stock"\} 0(\.\d+)?$/m);
    expect(body).toContain('health_component_status{component="stock",status="down"} 1\n');
    program.send('up');
    await program.waitForLine(/LOG .*ready again \(health-score\)/);
    expect(await readiness()).toBe(200);
    expect(await health()).toMatchObject({ isShed: false, score: expect.any(Number) as unknown });
    program.signal('SIGTERM');
    expect(await program.exit).toMatchObject({ code: 0, signal: null });
  });
});
