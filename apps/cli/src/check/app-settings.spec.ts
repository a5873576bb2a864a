import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { settingsOfApp } from './app-settings.js';

let folder: string;
beforeEach(async () => {
  // Below the repository's packages, which a root module imports.
  await mkdir(resolve('dist'), { recursive: true });
  folder = await mkdtemp(join(resolve('dist'), 'app-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function failure(name: string, text: string, timeoutMs = 30_000): Promise<string> {
  await writeFile(join(folder, name), text);
  const env = { PATH: process.env['PATH'] };
  return settingsOfApp(name, { cwd: folder, env, timeoutMs, variables: { SHUTDOWN_PRE_STOP: '1s' } }).then(
    () => 'nothing has failed',
    (error: unknown) => String(error),
  );
}

describe('--app', () => {
  it('says why a module cannot be loaded, without the stack', async () => {
    const said = await failure('app.module.mjs', "throw new TypeError('boom: no such flag');");
    expect(said).toMatch(/cannot be learned from it, with SHUTDOWN_PRE_STOP="1s": TypeError: boom: no such flag$/);
  });

  it('says which package is missing', async () => {
    expect(await failure('app.module.mjs', "import 'no-such-package';")).toMatch(
      /Cannot find package 'no-such-package'/,
    );
  });

  it('says that it took too long', async () => {
    expect(await failure('app.module.mjs', 'for (;;);', 1500)).toMatch(
      /had not printed them after 1\.5 s, and was stopped; .* --settings settings\.json/,
    );
  });

  it('asks for a file with a module', async () => {
    expect(await failure('package.json', '{}')).toMatch(
      /package\.json is no JavaScript; name the file of the root module/,
    );
    const env = { PATH: process.env['PATH'] };
    await expect(settingsOfApp('.', { cwd: folder, env })).rejects.toThrow(/is a folder; name the file/);
  });
});
