import { join } from 'node:path';
import { settingsOfApp } from '../../apps/cli/src/check/app-settings.js';
import { programFolders } from '../support/repository.js';

const HERE = { cwd: '/', env: { PATH: process.env['PATH'] } };

describe.each([12, 11] as const)('nestjs-lifecycle check --app on Nest %i', (nest) => {
  const file = (name: string): string => join(programFolders[nest], `${name}.js`);

  it('learns the settings from a root module, without starting anything', async () => {
    const { settings } = await settingsOfApp(file('settings.module'), HERE);
    expect(settings).toMatchObject({ gracePeriodMs: 40_000, lameDuck: { minMs: 7000, maxMs: 7000, isExplicit: true } });
  });

  it('says so when the module has no graceful shutdown', async () => {
    await expect(settingsOfApp(file('plain.module'), HERE)).rejects.toThrow(/does not import GracefulShutdownModule/);
  });

  it('says what kept it from learning them', async () => {
    const env = { ...HERE.env, SHUTDOWN_GRACE_PERIOD: 'soon', SHUTDOWN_PRE_STOP: 'later' };
    await expect(settingsOfApp(file('settings.module'), { ...HERE, env })).rejects.toThrow(/SHUTDOWN_PRE_STOP/);
  });
});
