import { manifestsOf, OVERLAYS, rendered, renderedNow } from '../deploy/manifests.js';
import { kubectlInstalled } from '../support/kubectl.js';
import { itNeeds } from '../support/machine.js';

describe('the rendered manifests', () => {
  for (const overlay of OVERLAYS) {
    itNeeds(kubectlInstalled, `of ${overlay} are what kubectl makes of the sources today`, async () => {
      expect(manifestsOf(rendered(overlay))).toEqual(manifestsOf(await renderedNow(overlay)));
    });
  }
});
