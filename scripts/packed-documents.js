import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './repository.js';

/** Folders whose pages travel with the library. Pages for its maintainers, such as `docs/decisions`, do not. */
const FOLDERS = ['docs', 'docs/rules'];

/** The documents that travel in the library's tarball, as paths from the root, so that their links work there too. */
export function packedDocuments() {
  const pages = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `${folder}/${file}`),
  );
  return ['README.md', 'LICENSE', ...pages];
}
