import { join } from 'node:path';
import { settingsOfApp } from '../../apps/cli/src/check/app-settings.js';
import { checkWorld } from '../support/check-world.js';
import { deployment, service } from '../support/manifests.js';
import { NESTS } from '../support/program-kinds.js';
import { programFolders } from '../support/repository.js';

const { write, run } = checkWorld();
const HERE = { cwd: '/', env: { PATH: process.env['PATH'] } };

describe.each(NESTS)('nestjs-lifecycle check --app on Nest %i', (nest) => {
  const file = (name: string): string => join(programFolders[nest], `${name}.js`);

  it('learns the settings from a root module, without starting anything', async () => {
    const { written } = await settingsOfApp(file('settings.module'), HERE);
    const lameDuck = { minMs: 7000, maxMs: 7000, isExplicit: true };
    expect(written).toMatchObject({ gracePeriod: { origin: 'code', value: 40_000 }, lameDuck: { value: lameDuck } });
  });

  it('asks with the variables that the manifest gives the service', async () => {
    const variables = { SHUTDOWN_GRACE_PERIOD: '60s', SHUTDOWN_HOOK_BUDGET: '3s' };
    const env = { ...HERE.env, SHUTDOWN_HOOK_BUDGET: '1s' };
    const { written } = await settingsOfApp(file('settings.module'), { ...HERE, env, variables });
    // The code has written the grace period, and has the last word.
    expect(written).toMatchObject({ gracePeriod: { value: 40_000 }, hookBudget: { value: 3000 } });
  });

  it('asks for each workload with its own variables', async () => {
    const named = (name: string, hooks: string): string =>
      deployment({
        metadata: { name },
        env: { SHUTDOWN_HOOK_BUDGET: hooks },
        pod: { terminationGracePeriodSeconds: 40 },
      });
    await write({ 'a.json': named('quick', '3s'), 'b.json': named('slow', '20s'), 'c.json': service() });
    const { out } = await run('check', '.', '--app', file('settings.module'), '--longest-request', '20s');
    // The drain has what hooks leave.
    const drains = out.split('\n').filter((line) => line.includes('requests-outlive-drain'));
    expect(drains).toEqual([expect.stringMatching(/^b\.json:.*Deployment slow: .*\b11s/)]);
  });

  it('says so when the module has no graceful shutdown', async () => {
    await expect(settingsOfApp(file('plain.module'), HERE)).rejects.toThrow(/does not import GracefulShutdownModule/);
  });

  it('finds what the service would refuse, where the manifest writes it', async () => {
    await write({ 'a.json': deployment({ env: { SHUTDOWN_HOOK_BUDGET: 'soon' } }), 'c.json': service() });
    const { code, out } = await run('check', '.', '--app', file('settings.module'));
    expect(code).toBe(1);
    expect(out).toMatch(/^a\.json:.*settings-refused|settings-refused/m);
    expect(out).toContain("SHUTDOWN_HOOK_BUDGET: received 'soon'");
  });

  it('gives the application the whole environment of the manifest', async () => {
    const texts = { NODE_ENV: 'production', ORDERS_GRACE: '90s' };
    await write({
      'a.json': deployment({ env: texts, pod: { terminationGracePeriodSeconds: 60 } }),
      'c.json': service(),
    });
    const { out } = await run('check', '.', '--app', file('environment.module'));
    // The module reads both: 90 s in production, else nothing of its own.
    expect(out).toMatch(/grace-period-too-short/);
    expect(out).toContain('60s');
  });
});
