// Renders every overlay of `deploy` into `deploy/rendered`. Run it with `npm run deploy:render`. It needs kubectl 1.27 or later.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overlays, renderedHeader } from './rendered-manifests.js';
import { root, runTool } from './repository.js';

for (const overlay of overlays(root)) {
  const manifests = execFileSync('kubectl', ['kustomize', join(root, 'deploy/overlays', overlay)], {
    encoding: 'utf8',
  });
  writeFileSync(join(root, 'deploy/rendered', `${overlay}.yaml`), `${renderedHeader(root, overlay)}${manifests}`);
}
runTool('oxfmt', ['deploy/rendered']);
