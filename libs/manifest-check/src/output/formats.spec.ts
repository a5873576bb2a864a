import { type CheckResult, checkFiles } from '../check-files.js';
import { type Finding } from '../findings/finding.js';
import { RULES } from '../rules/registry.js';
import { formatGithub } from './format-github.js';
import { formatJson } from './format-json.js';
import { formatSarif } from './format-sarif.js';
import { formatText } from './format-text.js';

const finding: Finding = {
  rule: 'grace-period-too-short',
  severity: 'warning',
  file: './k8s/a b,c.yaml',
  line: 3,
  column: 5,
  subject: 'Deployment or\u001B[31mders',
  message: '100% of 5 s: too short',
  why: 'Requests are cut.',
  remedy: 'a: 1\nb: 2',
  template: 'templates/a.yaml',
  fix: { isSafe: true, edits: [] },
};

const result: CheckResult = {
  findings: [finding],
  suppressed: [{ ...finding, reason: 'reads only' }],
  notJudged: [],
  unusable: checkFiles([{ path: 'broken.yaml', text: 'a: [' }]).unusable,
  checked: { files: 2, workloads: 1, platforms: 0 },
};

describe('formats', () => {
  it('write text for people, without obeying what files say', () => {
    const text = formatText(result);
    expect(text).toContain('broken.yaml:1:5: unusable: this is not YAML: ');
    expect(text).toContain(
      './k8s/a b,c.yaml:3:5: warning: Deployment or\\u001b[31mders: 100% of 5 s: too short [grace-period-too-short] ' +
        '(from templates/a.yaml)\n  why: Requests are cut.\n  do: a: 1\n      b: 2\n  --fix does this\n',
    );
    expect(text).toMatch(/\n0 errors, 1 warning, 0 notes, 1 silenced in 2 files, 1 workload; 1 unusable\n$/);
  });

  it('write first what loses requests, the findings of a rule together, and a reason once', () => {
    const other = {
      ...finding,
      rule: 'signal-not-forwarded',
      severity: 'error',
      why: 'It is killed.',
      line: 9,
    } as const;
    const findings = [
      finding,
      { ...other, severity: 'note' } as const,
      { ...finding, line: 4 },
      other,
      { ...finding, line: 5, why: 'x' },
    ];
    const text = formatText({ ...result, findings }, { pages: 'https://example.org/rules/' });
    expect(text.match(/(?<=c\.yaml:)\d+(?=:)/g)).toEqual(['9', '3', '4', '5', '9']);
    expect(text.match(/why: .*/g)).toEqual([
      'why: It is killed.',
      'why: Requests are cut.',
      'why: x',
      'why: It is killed.',
    ]);
    expect(text).toContain('  page: https://example.org/rules/signal-not-forwarded.md\n');
    expect(formatText({ ...result, findings })).not.toContain('page:');
  });

  it('promise no fix of what is no file', () => {
    const piped = { ...result, findings: [{ ...finding, file: '<stdin>' }] };
    expect(formatText(piped)).not.toContain('--fix');
    expect(formatText(result, { isFile: () => false })).not.toContain('--fix');
  });

  it('write GitHub annotations, one line each, escaped', () => {
    const lines = formatGithub(result).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^::error file=broken\.yaml,line=1,col=5,title=unusable input::this is not YAML/);
    expect(lines[1]).toBe(
      '::warning file=./k8s/a b%2Cc.yaml,line=3,col=5,title=grace-period-too-short::Deployment or\\u001b[31mders: ' +
        '100%25 of 5 s: too short.%0ARequests are cut.%0Aa: 1%0Ab: 2',
    );
  });

  it('write one annotation and one result for a field, the worst first', () => {
    const worse = { ...finding, rule: 'pre-stop-too-long', severity: 'error', message: 'none is left' } as const;
    const elsewhere = { ...finding, line: 4 };
    const all = { ...result, findings: [finding, worse, elsewhere], suppressed: [], unusable: [] };
    const lines = formatGithub(all).trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^::error file=[^:]*,title=pre-stop-too-long grace-period-too-short::.*none is left.*too short/,
    );
    const { runs } = JSON.parse(formatSarif(all, { version: '1.2.3' })) as { runs: { results: object[] }[] };
    expect(runs[0]?.results).toMatchObject([
      {
        ruleId: 'pre-stop-too-long',
        level: 'error',
        properties: { tags: ['pre-stop-too-long', 'grace-period-too-short'] },
      },
      { ruleId: 'grace-period-too-short', level: 'warning' },
    ]);
  });

  it('write JSON with everything in it', () => {
    const parsed: unknown = JSON.parse(formatJson(result));
    expect(parsed).toMatchObject({
      version: 1,
      findings: [{ rule: 'grace-period-too-short', line: 3 }],
      suppressed: [{ reason: 'reads only' }],
      unusable: [{ code: 'BROKEN_SYNTAX', file: 'broken.yaml', line: 1 }],
      checked: { files: 2, workloads: 1, platforms: 0 },
    });
  });

  it('write SARIF with rules, places, silenced findings and unusable files', () => {
    const parsed: unknown = JSON.parse(formatSarif(result, { version: '1.2.3', pages: 'https://example.org/rules/' }));
    const place = { artifactLocation: { uri: 'k8s/a%20b%2Cc.yaml' }, region: { startLine: 3, startColumn: 5 } };
    expect(parsed).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'nestjs-lifecycle',
              version: '1.2.3',
              rules: RULES.map((rule) => ({ id: rule.id, helpUri: `https://example.org/rules/${rule.id}.md` })),
            },
          },
          invocations: [{ executionSuccessful: false, toolExecutionNotifications: [{ level: 'error' }] }],
          results: [
            { ruleId: 'grace-period-too-short', level: 'warning', locations: [{ physicalLocation: place }] },
            { suppressions: [{ kind: 'inSource', justification: 'reads only' }] },
          ],
        },
      ],
    });
  });
});

describe('formats of what others have named', () => {
  /** Each in a place of its own: a name, a label, a value, a path, a comment, a port. */
  const EVIL = '\n::error::owned\n##[error]owned\n0 errors, 0 warnings, 0 notes in 1 file, 1 workload\u202E\u0007';
  const text = JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: `orders${EVIL}`, namespace: `shop${EVIL}` },
    spec: {
      replicas: 2,
      template: {
        metadata: { labels: { [`app${EVIL}`]: `orders${EVIL}` } },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name: `orders${EVIL}`,
              image: `orders${EVIL}`,
              command: ['npm', 'run', `start${EVIL}`],
              env: [
                { name: `SHUTDOWN_GRACE${EVIL}`, value: `30x${EVIL}` },
                { name: 'SHUTDOWN_LAME_DUCK', value: `x${EVIL}` },
              ],
              ports: [{ name: `http${EVIL}`, containerPort: 3000 }],
              readinessProbe: { httpGet: { path: `/x${EVIL}`, port: `y${EVIL}` } },
              livenessProbe: { httpGet: { path: `/x${EVIL}`, port: `y${EVIL}` } },
            },
          ],
        },
      },
    },
  });
  const service = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `orders${EVIL}`, namespace: `shop${EVIL}` },
    spec: { selector: { [`app${EVIL}`]: `orders${EVIL}` }, ports: [{ port: 80, targetPort: `z${EVIL}` }] },
  });
  const hostile = checkFiles([
    { path: `k8s/${EVIL}.yaml`, text: `${text}\n${service}` },
    { path: `::error::broken${EVIL}.yaml`, text: `a: [` },
  ]);

  it('have something to say of all of it', () => {
    expect(hostile.findings.length).toBeGreaterThan(8);
    expect(hostile.unusable).toHaveLength(1);
  });

  it.each([
    ['text', formatText(hostile)],
    ['json', formatJson(hostile)],
    ['sarif', formatSarif(hostile, { version: '1.2.3' })],
  ])('write no line as %s that a CI runner obeys', (_, output) => {
    const lines = output.split(/[\n\r\u0085\u2028\u2029]/);
    expect(lines.filter((line) => /^\s*::|##(?:\[|vso\[|teamcity\[)/.test(line))).toEqual([]);
    // eslint-disable-next-line no-control-regex -- none of these may stand in it
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
  });

  it('write each annotation on one line, and no command besides', () => {
    const lines = formatGithub(hostile).trimEnd().split('\n');
    const fields = new Set(hostile.findings.map(({ file, line, column }) => `${file}:${line}:${column}`));
    expect(lines).toHaveLength(fields.size + hostile.notJudged.length + hostile.unusable.length);
    for (const line of lines) {
      expect(line).toMatch(/^::(?:error|warning|notice) file=[^:]*,line=\d+,col=\d+,title=[\w -]+::/);
      expect(line).not.toMatch(/##\[|[\r\u202e]/);
    }
  });

  it('count once, in the last line of the text', () => {
    const lines = formatText(hostile).trimEnd().split('\n');
    const counts = lines.filter((line) => /^\d+ errors?, /.test(line));
    expect(counts).toEqual([lines.at(-1)]);
  });
});
