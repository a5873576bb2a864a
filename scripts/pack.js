// Leaves a tarball of every published package in dist/packages.
import { execSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { packagesFolder, publishedPackages, root } from './repository.js';

rmSync(packagesFolder, { recursive: true, force: true });
mkdirSync(packagesFolder, { recursive: true });

const packages = publishedPackages();
for (const name of packages) {
  execSync(`npm pack --silent --workspace ${name} --pack-destination "${packagesFolder}"`, {
    cwd: root,
    stdio: 'inherit',
  });
}

const tarballs = readdirSync(packagesFolder);
if (tarballs.length === 0 || tarballs.length !== packages.length) {
  throw new Error(`expected a tarball for each of [${packages.join(', ')}], found [${tarballs.join(', ')}]`);
}
