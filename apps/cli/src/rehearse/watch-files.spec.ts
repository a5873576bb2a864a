import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOfService, watchFiles } from './watch-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watched-'));
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'src/main.js'), '1');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the files of a service', () => {
  it('are its sources, and not what it writes or installs', () => {
    const ofService = ['main.js', 'src/app.module.ts', 'k8s/orders.yaml', 'dist/main.js'];
    const others = ['node_modules/a/index.js', 'orders.log', 'src/data.sqlite', '.git/index', 'a/node_modules/b.js'];
    expect(ofService.filter((file) => !isOfService(file))).toEqual([]);
    expect(others.filter((file) => isOfService(file))).toEqual([]);
  });

  it('are told of once they are quiet, however many have changed, and not the own reports', async () => {
    const told: string[] = [];
    const changed = new Promise<void>((resolve) => {
      const stop = watchFiles({ folder, ownFiles: ['report.json'], quietMs: 50 }, (file) => {
        told.push(file);
        stop();
        resolve();
      });
    });
    await writeFile(join(folder, 'report.json'), '{}');
    await writeFile(join(folder, 'node_modules/x.js'), '');
    await writeFile(join(folder, 'src/main.js'), '2');
    await writeFile(join(folder, 'src/main.js'), '3');
    await changed;
    expect(told).toEqual([join('src', 'main.js')]);
  });
});
