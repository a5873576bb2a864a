import { deployment, ingress, service } from '../../../test/support/manifests.js';
import { checkFiles } from './check-files.js';

function openIn(...texts: readonly string[]): readonly string[] {
  const { notJudged } = checkFiles(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
  return notJudged.map(({ file, subject, message }) => `${file} ${subject}: ${message}`);
}

describe('what is not judged', () => {
  it('is nothing where everything is there', () => {
    expect(openIn(deployment(), service(), ingress('nginx'))).toEqual([]);
  });

  it('is nothing of a worker, and of what is no service of Node', () => {
    expect(openIn(deployment({ container: { ports: [] } }))).toEqual([]);
    expect(openIn(deployment({ container: { image: 'postgres:17', command: [] } }))).toEqual([]);
  });

  it('is a workload without a Service, a Service without a workload, and an Ingress without either', () => {
    expect(openIn(deployment())).toEqual([
      expect.stringMatching(/^0\.yaml Deployment orders: it has ports, but no Service/),
    ]);
    expect(openIn(service())).toEqual([
      expect.stringMatching(/^0\.yaml Service orders: no workload here has pods with app=orders/),
    ]);
    expect(openIn(ingress('nginx'))).toEqual([
      expect.stringMatching(/^0\.yaml Ingress orders: Service orders is not here/),
    ]);
  });

  it('is said once of a Service that is wrong, by the rule', () => {
    const misspelt = service({ selector: { app: 'ordrs' } }, { name: 'shop' });
    const { findings, notJudged } = checkFiles([{ path: 'a.yaml', text: `${deployment()}\n${misspelt}` }]);
    expect(findings.map(({ rule }) => rule)).toContain('service-matches-no-pod');
    expect(notJudged.map(({ subject }) => subject)).toEqual(['Deployment orders']);
  });

  it('is a list of PM2 that is computed', () => {
    const text = 'module.exports = { apps: names.map((name) => ({ name, script: `${name}.js` })) };';
    const { notJudged } = checkFiles([{ path: 'ecosystem.config.js', text }]);
    expect(notJudged).toMatchObject([{ subject: 'PM2 application', line: 1 }]);
  });
});
