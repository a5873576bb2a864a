// Checks every tarball in dist/packages the way its users' tools will read it: publint for the manifest, attw for the types.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packagesFolder, runTool } from './repository.js';

const tarballs = existsSync(packagesFolder) ? readdirSync(packagesFolder).filter((file) => file.endsWith('.tgz')) : [];
if (tarballs.length === 0) throw new Error('no tarball in dist/packages: run `npm run pack` first');

for (const tarball of tarballs) {
  console.log(`checking ${tarball}`);
  runTool('publint', [join(packagesFolder, tarball), '--strict']);
  runTool('attw', [join(packagesFolder, tarball), '--profile', 'strict']);
}
