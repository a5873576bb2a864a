import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkFiles, type CheckResult } from 'nestjs-lifecycle-manifest-check';
import { root } from '../support/repository.js';
import { OVERLAYS, rendered } from './manifests.js';

describe('nestjs-lifecycle check', () => {
  it.each(OVERLAYS)('finds nothing in the manifests of %s with the Dockerfile, and nothing silences it', (overlay) => {
    expect(checked(rendered(overlay))).toEqual({
      findings: [],
      suppressed: [],
      notJudged: [],
      unusable: [],
      checked: { files: 2, workloads: 1, platforms: 1 },
    });
  });

  it('would find a lame duck that is too short, and a grace period that does not fit', () => {
    const short = rendered('production').replace('value: 12s', 'value: 1s');
    expect(checked(short).findings.map(({ rule }) => rule)).toContain('lame-duck-too-short');
    const tight = rendered('production').replace(
      'terminationGracePeriodSeconds: 40',
      'terminationGracePeriodSeconds: 20',
    );
    expect(checked(tight).findings.map(({ rule }) => rule)).toContain('grace-period-too-short');
  });
});

function checked(manifests: string): CheckResult {
  const dockerfile = readFileSync(resolve(root, 'deploy/Dockerfile'), 'utf8');
  return checkFiles([
    { path: 'manifests.yaml', text: manifests },
    { path: 'deploy/Dockerfile', text: dockerfile },
  ]);
}
