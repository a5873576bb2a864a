import { deployment, ingress, type Json, service } from '../support/manifests.js';
import { checkFiles } from '../../libs/manifest-check/src/check-files.js';
import { applyFixes } from '../../libs/manifest-check/src/findings/apply-fixes.js';
import { formatSarif } from '../../libs/manifest-check/src/output/format-sarif.js';
import { formatText } from '../../libs/manifest-check/src/output/format-text.js';

const whole = deployment({
  spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } }, progressDeadlineSeconds: 60 },
  env: { SHUTDOWN_LAME_DUCK: '1s' },
  container: {
    livenessProbe: { httpGet: { path: '/', port: 1 } },
    lifecycle: { preStop: { exec: { command: ['sleep', '5'] } }, stopSignal: 'SIGQUIT' },
    envFrom: [{ configMapRef: { name: 'orders' } }],
  },
});

/** Every copy of a manifest in which one value is something else. */
function* twisted(value: Json, replacements: readonly Json[]): Iterable<Json> {
  yield* replacements;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries<Json>(value)) {
    for (const other of twisted(child, replacements)) {
      yield Array.isArray(value)
        ? value.map((item: Json, index) => (String(index) === key ? other : item))
        : Object.assign({}, value, { [key]: other });
    }
  }
}

const nonsense: readonly Json[] = [null, '', 'x', -1, 1e300, true, [], [null], {}, { a: [] }, '25%', 'constructor'];

describe('files that are not what they should be', () => {
  it.each([
    ['a Deployment', whole, [service(), ingress('alb')]],
    ['a Service', service(), [whole, ingress('nginx')]],
    ['an Ingress', ingress('nginx'), [whole, service()]],
  ])('never make a rule or a fix fail: %s with any value replaced', (_what, text, others) => {
    let tried = 0;
    for (const manifest of twisted(JSON.parse(text) as Json, nonsense)) {
      const files = [JSON.stringify(manifest), ...others].map((text, index) => ({ path: `${index}.yaml`, text }));
      const result = checkFiles(files);
      for (const file of files) {
        const fixed = applyFixes(file, result.findings);
        expect(checkFiles([fixed]).unusable).toEqual([]);
      }
      formatText(result);
      formatSarif(result, { version: '1.0.0' });
      tried += 1;
    }
    expect(tried).toBeGreaterThan(100);
  });
});
