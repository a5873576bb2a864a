import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The overlays of `deploy`, by name.
 * @param {string} root the folder that holds `deploy`
 */
export function overlays(root) {
  return readdirSync(join(root, 'deploy/overlays')).toSorted();
}

/**
 * What stands above an overlay's manifests in `deploy/rendered`: how they were made, and from what. Where nothing can
 * render, the digest still tells that a file is older than its sources.
 * @param {string} root the folder that holds `deploy`
 * @param {string} overlay
 */
export function renderedHeader(root, overlay) {
  const digest = createHash('sha256');
  for (const folder of ['deploy/base', `deploy/overlays/${overlay}`]) {
    for (const file of readdirSync(join(root, folder)).toSorted())
      digest.update(`${file}\n${textOf(join(root, folder, file))}\n`);
  }
  return `# Written by \`npm run deploy:render\` from deploy/overlays/${overlay}, not by hand.\n# Sources: sha256 ${digest.digest('hex')}\n`;
}

/**
 * With the line ends of the repository, whatever the machine has checked out.
 * @param {string} file
 */
function textOf(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
}
