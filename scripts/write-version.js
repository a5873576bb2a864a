// Writes the library's version into its sources. Part of `npm run release:version`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

const library = join(root, 'libs/lifecycle');
const source = join(library, 'src/copies/version.ts');
/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
const text = readFileSync(source, 'utf8');
const written = text.replace(/(?<=VERSION = ')[^']*(?=')/, version);
if (!written.includes(`VERSION = '${version}'`)) throw new Error(`${source} has no place for the version`);
writeFileSync(source, written);
