import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { manifestsOf, OVERLAYS, rendered, renderedNow, schemaProblems } from '../deploy/manifests.js';
import { kubectlInstalled } from '../support/kubectl.js';
import { itNeeds } from '../support/machine.js';
import { root } from '../support/repository.js';

describe('the rendered manifests', () => {
  for (const overlay of OVERLAYS) {
    itNeeds(kubectlInstalled, `of ${overlay} are what kubectl makes of the sources today`, async () => {
      expect(manifestsOf(rendered(overlay))).toEqual(manifestsOf(await renderedNow(overlay)));
    });
  }
});

describe('what kubectl makes of the manifests of the fleet', () => {
  const read = (path: string): { path: string; text: string } => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  });

  itNeeds(
    kubectlInstalled,
    'fits the schemas of Kubernetes, and passes the check with the image and the Compose file',
    () => {
      const folder = join(root, 'deploy/fleet/overlays/production');
      const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
      expect(schemaProblems(text)).toEqual([]);
      const others = ['deploy/fleet/Dockerfile', 'deploy/fleet/compose.yaml'].map(read);
      const { findings, suppressed, notJudged, unusable } = checkFiles([{ path: 'fleet.yaml', text }, ...others]);
      expect({ findings, suppressed, notJudged, unusable }).toEqual({
        findings: [],
        suppressed: [],
        notJudged: [],
        unusable: [],
      });
      expect(Object.keys(manifestsOf(text))).toHaveLength(17);
      return Promise.resolve();
    },
  );
});
