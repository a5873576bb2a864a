import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles, type CheckResult } from 'nestjs-lifecycle-manifest-check';
import { root } from '../support/repository.js';

const folder = join(root, 'deploy/fleet');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.yaml$|Dockerfile$/.test(name) && !name.includes('kustomization'))
  .map((name) => ({ path: `deploy/fleet/${name}`, text: readFileSync(join(folder, name), 'utf8') }));

describe('the manifests of the fleet', () => {
  it('pass the check with the Dockerfile and the Compose file, and nothing silences it', () => {
    const { findings, suppressed, notJudged, unusable, checked } = check(files);
    expect({ findings, suppressed, notJudged, unusable }).toEqual({
      findings: [],
      suppressed: [],
      notJudged: [],
      unusable: [],
    });
    expect(checked).toMatchObject({ files: files.length });
  });

  it('would not pass with a lame duck that is too short', () => {
    const short = files.map(({ path, text }) => ({ path, text: text.replace("value: '14s'", "value: '1s'") }));
    expect(check(short).findings.map(({ rule }) => rule)).toContain('lame-duck-too-short');
  });

  it('run what the image has, as the user that they demand', () => {
    const dockerfile = readFileSync(join(folder, 'Dockerfile'), 'utf8');
    expect(dockerfile).toContain('USER 1000:1000');
    expect(dockerfile).toMatch(/^CMD \["node", "dist\/apps\/fleet\/gateway\/main\.js"\]$/m);
    for (const service of ['gateway', 'auth', 'diagrams', 'worker']) {
      const text = readFileSync(join(folder, 'base', service, 'deployment.yaml'), 'utf8');
      expect(text).toContain(`command: ['node', 'dist/apps/fleet/${service}/main.js']`);
      expect(text).toContain('runAsUser: 1000');
    }
  });

  it('have the package.json of every workspace before npm ci', () => {
    const copied = (path: string): string[] =>
      readFileSync(join(root, path), 'utf8')
        .split('\n')
        .filter((line) => /^COPY \S+\/package\.json /.test(line));
    expect(copied('deploy/fleet/Dockerfile')).toEqual(copied('deploy/Dockerfile'));
  });
});

function check(texts: Parameters<typeof checkFiles>[0]): CheckResult {
  return checkFiles(texts);
}
