import { type Finding } from './finding.js';
import { mergeFindings } from './merge-findings.js';

function found(name: string, file: string, template?: string): Finding {
  return {
    rule: 'single-replica',
    severity: 'warning',
    file,
    line: 8,
    column: 3,
    subject: `Deployment ${name}`,
    message: `only one pod of ${name.slice(0, 6)}`,
    why: '',
    remedy: `replicas: 2 # ${name}`,
    template,
  };
}

function said(...sets: readonly (readonly Finding[])[]): readonly string[] {
  return mergeFindings(sets).map(({ subject, also = [] }) => [subject, ...also.map(({ file }) => file)].join(' + '));
}

describe('what several sets of files share', () => {
  it('is said once for a template of a chart, whatever its values call it', () => {
    const [one, other] = [found('orders-dev', 'dev', 'orders/a.yaml'), found('orders-prod', 'prod', 'orders/a.yaml')];
    expect(said([one], [other])).toEqual(['Deployment orders-dev + prod']);
    const plain = found('orders', 'values', 'orders/a.yaml');
    expect(said([plain], [one], [other])).toEqual(['Deployment orders + dev + prod']);
  });

  it('is not the same in another template, nor where no template is known', () => {
    const files = [found('orders-dev', 'dev', 'orders/a.yaml'), found('orders-prod', 'prod', 'orders/b.yaml')];
    expect(said(...files.map((one) => [one]))).toHaveLength(2);
    expect(said([found('orders-dev', 'dev')], [found('orders-prod', 'prod')])).toHaveLength(2);
  });

  it('is each object by itself within a set', () => {
    const set = ['orders', 'mails'].map((name) => found(name, name, 'orders/a.yaml'));
    expect(said(set)).toEqual(['Deployment orders', 'Deployment mails']);
  });
});
