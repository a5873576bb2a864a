import { checkFiles } from './check-files.js';
import { applyFixes } from './findings/apply-fixes.js';
import { RULES } from './rules/registry.js';
import { printedBy } from '../../../test/support/printed-settings.js';

const skip = RULES.map(({ id }) => id).filter(
  (id) => !['grace-period-too-short', 'ignore-without-reason', 'unused-ignore'].includes(id),
);

function check(...texts: readonly string[]) {
  const { findings, suppressed } = checkFiles(
    texts.map((text, index) => ({ path: `${index}.yaml`, text })),
    { skip },
  );
  return {
    findings: findings.map(({ rule, file, line, column }) => `${rule} ${file}:${line}:${column}`),
    reasons: suppressed.map(({ reason }) => reason),
  };
}

function deployment(grace: string, name = 'orders'): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  template:
    spec:
      ${grace}
      containers: [{ name: app, image: app:1 }]
`;
}

describe('checking files', () => {
  it('points at the field, or at the one around it that is there', () => {
    expect(check(deployment('terminationGracePeriodSeconds: 10'), deployment('hostname: a')).findings).toEqual([
      'grace-period-too-short 0.yaml:7:7',
    ]);
  });

  it('sorts by file and line, whatever the order of files and documents', () => {
    const short = deployment('terminationGracePeriodSeconds: 10');
    expect(check(`${short}---\n${short}`, short).findings).toEqual([
      'grace-period-too-short 0.yaml:7:7',
      'grace-period-too-short 0.yaml:16:7',
    ]);
    // The same object in two files: it is either the one or the other.
    const { findings } = checkFiles(
      [short, short].map((text, index) => ({ path: `${index}.yaml`, text })),
      { skip },
    );
    expect(findings).toMatchObject([{ file: '0.yaml', also: [{ file: '1.yaml', line: 7, column: 7 }] }]);
  });

  it('looks into lists', () => {
    const item = JSON.parse(
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"},"spec":{"template":{"spec":' +
        '{"terminationGracePeriodSeconds":1,"containers":[{"name":"a","image":"a"}]}}}}',
    ) as unknown;
    expect(check(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, item] })).findings).toHaveLength(2);
  });

  it('leaves patches alone, which are no whole workloads', () => {
    const patch = deployment('terminationGracePeriodSeconds: 10').replace(', image: app:1', '');
    expect(check(patch).findings).toEqual([]);
  });
});

describe('comments that silence', () => {
  const rule = 'grace-period-too-short';

  it('do so on the line of the finding, and right above it', () => {
    const same = deployment(`terminationGracePeriodSeconds: 10 # nestjs-lifecycle-ignore ${rule}: reads only`);
    const above = deployment(
      `# nestjs-lifecycle-ignore ${rule}: retried\n      # more words\n      terminationGracePeriodSeconds: 10`,
    );
    expect(check(same, above)).toEqual({ findings: [], reasons: ['reads only', 'retried'] });
  });

  it('need a reason', () => {
    const text = deployment(`terminationGracePeriodSeconds: 10 # nestjs-lifecycle-ignore ${rule}`);
    expect(check(text)).toEqual({
      findings: [`${rule} 0.yaml:7:7`, 'ignore-without-reason 0.yaml:7:41'],
      reasons: [],
    });
  });

  it('silence nothing on other lines, of other rules and in other files', () => {
    const far = deployment('terminationGracePeriodSeconds: 10').replace(
      'kind: Deployment',
      `kind: Deployment # nestjs-lifecycle-ignore ${rule}: reads only`,
    );
    expect(check(far).findings).toEqual(['unused-ignore 0.yaml:2:18', `${rule} 0.yaml:7:7`]);
    const other = deployment('terminationGracePeriodSeconds: 10 # nestjs-lifecycle-ignore no-such-rule: reads only');
    expect(check(other).findings).toEqual([`${rule} 0.yaml:7:7`, 'unused-ignore 0.yaml:7:41']);
  });

  it('are comments, not what stands in a string', () => {
    const marker = `# nestjs-lifecycle-ignore ${rule}: reads only`;
    const grace = 'terminationGracePeriodSeconds: 10';
    const texts = [
      deployment(`hostname: >\n        ${marker}\n      ${grace}`),
      deployment(`hostname: |\n        a ${marker}\n      ${grace}`),
      deployment(`hostname: "a ${marker}"\n      ${grace}`),
      deployment(`hostname: 'a' # no marker\n      ${grace}\n      subdomain: "${marker}"`),
      deployment(`hostname: "a\n        ${marker}"\n      ${grace}`),
      deployment(`hostname: // ${marker.slice(2).replace(':', '')}\n      ${grace}`),
    ];
    const found = texts.flatMap((text) => check(text).findings);
    expect(found.map((finding) => finding.split(' ')[0])).toEqual(texts.map(() => rule));
    const both = deployment(`${grace}\n      hostname: "a ${marker}" ${marker}`);
    const column = 1 + (both.split('\n')[7]?.lastIndexOf('#') ?? 0);
    expect(check(both).findings).toEqual([`${rule} 0.yaml:7:7`, `unused-ignore 0.yaml:8:${column}`]);
  });

  it('are not called unused when their rule was left out', () => {
    const text = deployment(`terminationGracePeriodSeconds: 10 # nestjs-lifecycle-ignore ${rule}: reads only`);
    expect(checkFiles([{ path: 'a.yaml', text }], { skip: [...skip, rule] }).findings).toEqual([]);
  });
});

describe('fixes', () => {
  function fixed(text: string, unsafe = false): string {
    const file = { path: 'a.yaml', text };
    return applyFixes(file, checkFiles([file], { skip }).findings, { unsafe }).text;
  }

  it('change the value, and leave comments and order as they are', () => {
    const text = deployment('# as agreed\n      terminationGracePeriodSeconds: 10 # seconds');
    expect(fixed(text)).toBe(text.replace('Seconds: 10', 'Seconds: 30'));
  });

  it('are not safe where others share the value', () => {
    const anchored = deployment('terminationGracePeriodSeconds: &grace 10');
    const alias = `grace: &grace 10\n${deployment('terminationGracePeriodSeconds: *grace')}`;
    for (const text of [anchored, alias]) {
      expect(fixed(text)).toBe(text);
      expect(fixed(text, true)).toBe(text.replace('&grace 10', '&grace 30'));
    }
  });

  it('say which template a finding was rendered from', () => {
    const text = `---\n# Source: shop/templates/orders.yaml\n${deployment('terminationGracePeriodSeconds: 10')}`;
    const { findings } = checkFiles([{ path: '<stdin>', text }], { skip });
    expect(findings).toMatchObject([{ file: '<stdin>', line: 9, template: 'shop/templates/orders.yaml' }]);
  });
});

describe('arguments that are none', () => {
  it.each([
    ['no list', undefined, {}, /^checkFiles takes a list of files/],
    ['one file', { path: 'a.yaml', text: '' }, {}, /^checkFiles takes a list of files/],
    ['a path', ['a.yaml'], {}, /^files\[0\] is no file: pass its path and its text/],
    ['a file without text', [{ path: 'a', text: '' }, { path: 'a.yaml' }], {}, /^files\[1\] is no file/],
    ['a rule that there is not', [], { skip: ['nope', 'single-replica'] }, /^skip: there is no rule nope;/],
  ])('are refused with what to pass: %s', (_what, files, options, message) => {
    const refused = (): unknown => Reflect.apply(checkFiles, undefined, [files, options]);
    expect(refused).toThrow(TypeError);
    expect(refused).toThrow(message);
  });
});

describe('settings that a service printed', () => {
  it('belong to all workloads, or to the one that is named', () => {
    const settings = printedBy({ code: { gracePeriod: '60s' } });
    const names = ['orders', 'payments'];
    const files = names.map((name) => ({ path: `${name}.yaml`, text: deployment('hostname: a', name) }));
    const subjects = (service?: string): readonly string[] =>
      checkFiles(files, { skip, settings, service }).findings.map(({ subject }) => subject);
    expect(subjects()).toEqual(['Deployment orders', 'Deployment payments']);
    expect(subjects('payments')).toEqual(['Deployment payments']);
  });
});

describe('what is rendered', () => {
  it('shares its sources, each of which is read once', () => {
    let reads = 0;
    const text = deployment('terminationGracePeriodSeconds: 10');
    const base = {
      path: 'base/orders.yaml',
      get text() {
        reads += 1;
        return text;
      },
    };
    const overlays = ['a', 'b', 'c'].map((name) => ({ path: `<rendered from ${name}>`, text, sources: [base] }));
    const { findings } = checkFiles(overlays, { skip });
    expect(findings).toMatchObject([{ file: 'base/orders.yaml', line: 7 }]);
    expect(reads).toBe(1);
  });

  it('is told of at the name in the base, where an overlay puts something before it', () => {
    const base = deployment('terminationGracePeriodSeconds: 60')
      .replace('spec:', 'spec:\n  replicas: 2\n  selector: { matchLabels: { app: orders } }')
      .replace('template:', 'template:\n    metadata: { labels: { app: orders } }')
      .concat('---\n{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: orders } } }\n');
    const sources = [{ path: 'base/orders.yaml', text: base }];
    const text = base.replaceAll('name: orders', 'name: prod-orders');
    const { findings } = checkFiles([{ path: '<rendered from prod>', text, sources }]);
    expect(findings.filter(({ rule }) => rule === 'disruption-budget-missing')).toMatchObject([
      { file: 'base/orders.yaml', subject: 'Deployment prod-orders' },
    ]);
  });
});
