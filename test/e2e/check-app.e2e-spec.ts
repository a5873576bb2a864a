import { join } from 'node:path';
import { settingsOfApp } from '../../apps/cli/src/check/app-settings.js';
import { checkWorld } from '../support/check-world.js';
import { deployment, service } from '../support/manifests.js';
import { programFolders } from '../support/repository.js';

const { write, run } = checkWorld();
const HERE = { cwd: '/', env: { PATH: process.env['PATH'] } };

describe.each([12, 11] as const)('nestjs-lifecycle check --app on Nest %i', (nest) => {
  const file = (name: string): string => join(programFolders[nest], `${name}.js`);

  it('learns the settings from a root module, without starting anything', async () => {
    const { settings } = await settingsOfApp(file('settings.module'), HERE);
    expect(settings).toMatchObject({ gracePeriodMs: 40_000, lameDuck: { minMs: 7000, maxMs: 7000, isExplicit: true } });
  });

  it('asks with the variables that the manifest gives the service', async () => {
    const variables = { SHUTDOWN_GRACE_PERIOD: '60s', SHUTDOWN_HOOK_BUDGET: '3s' };
    const env = { ...HERE.env, SHUTDOWN_HOOK_BUDGET: '1s' };
    const { settings } = await settingsOfApp(file('settings.module'), { ...HERE, env, variables });
    // The code has written the grace period, and has the last word.
    expect(settings).toMatchObject({ gracePeriodMs: 40_000, hookBudgetMs: 3000 });
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

  it('says what kept it from learning them', async () => {
    const env = { ...HERE.env, SHUTDOWN_GRACE_PERIOD: 'soon', SHUTDOWN_PRE_STOP: 'later' };
    await expect(settingsOfApp(file('settings.module'), { ...HERE, env })).rejects.toThrow(/SHUTDOWN_PRE_STOP/);
  });
});
