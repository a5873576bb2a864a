import { deployment, service } from '../../../../test/support/manifests.js';
import { checkFiles, type CheckResult } from '../check-files.js';
import { type TextFile } from '../source/source.js';

function checked(files: Readonly<Record<string, string>>, checkedPaths = Object.keys(files)): CheckResult {
  const found: TextFile[] = checkedPaths.map((path) => ({ path, text: files[path] ?? '' }));
  return checkFiles(found, { readNeighbour: (path) => files[path] });
}

describe('a Procfile', () => {
  const files = { Procfile: 'web: npm start\n' };

  it('is not judged where no package.json is beside it, and that is said', () => {
    const { findings, notJudged } = checked(files);
    expect(findings).toEqual([]);
    expect(notJudged).toMatchObject([
      { file: 'Procfile', message: expect.stringContaining('web runs Node') as unknown },
    ]);
  });

  it('is judged where there is one', () => {
    const { findings } = checked({ ...files, 'package.json': '{"scripts":{"start":"node main.js"}}' }, ['Procfile']);
    expect(findings).toMatchObject([{ rule: 'platform-signal-not-forwarded' }]);
  });

  it('is judged where nothing but the file itself can be read', () => {
    const { findings } = checkFiles([{ path: 'Procfile', text: 'web: npm start' }]);
    expect(findings).toMatchObject([{ rule: 'platform-signal-not-forwarded' }]);
  });
});

describe('a probe that is missing', () => {
  const withoutProbe = deployment({ container: { readinessProbe: null, command: null } });
  const remedyFor = (dependencies: Readonly<Record<string, string>>): string | undefined => {
    const { findings } = checked(
      {
        'k8s.json': withoutProbe,
        'service.json': service(),
        'orders/Dockerfile': 'FROM node:24\nCMD ["node", "main.js"]\n',
        'orders/package.json': JSON.stringify({ dependencies }),
      },
      ['k8s.json', 'service.json', 'orders/Dockerfile'],
    );
    return findings.find(({ rule }) => rule === 'readiness-probe-missing')?.remedy;
  };

  it('asks a service of Nest by the path of the module', () => {
    expect(remedyFor({ '@nestjs/core': '11' })).toContain('path: /health/ready');
    expect(remedyFor({ '@nestjs/core': '11' })).toContain('that of health: true');
  });

  it('asks for a route of its own where the service is none of Nest', () => {
    expect(remedyFor({ koa: '3' })).toContain('the path is a guess: the service needs a route that answers it');
  });

  it('asks for the first page where it serves pages', () => {
    expect(remedyFor({ next: '15', react: '19' })).toContain('httpGet: { path: /, port: http }');
  });

  it('knows Next.js by its variables', () => {
    const text = deployment({ container: { readinessProbe: null }, env: { NEXT_TELEMETRY_DISABLED: '1' } });
    const { findings } = checked({ 'k8s.json': text, 'service.json': service() });
    expect(findings.find(({ rule }) => rule === 'readiness-probe-missing')?.remedy).toContain('path: /, ');
  });
});

describe('a single pod', () => {
  const manifest = (comment: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: indexer }
spec:
${comment}
  selector: { matchLabels: { app: indexer } }
  template:
    metadata: { labels: { app: indexer } }
    spec: { containers: [{ name: indexer, image: 'node:24', ports: [{ containerPort: 3000 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: indexer }
spec: { selector: { app: indexer }, ports: [{ port: 80, targetPort: 3000 }] }
`;

  it.each([
    '  # Cursors are kept in memory:\n  # there must be one.\n  replicas: 1',
    '  replicas: 1 # singleton, do not scale',
    '  replicas: 1   # only one may write',
  ])('is a note where a comment says that one is meant: %j', (comment) => {
    const { findings } = checked({ 'a.yaml': manifest(comment) });
    expect(findings.filter(({ rule }) => rule === 'single-replica')).toMatchObject([
      { severity: 'note', message: expect.stringContaining('a comment beside it says that one is meant') as unknown },
    ]);
  });

  it.each(['  replicas: 1 # more in production', '  # TODO: scale\n\n  replicas: 1', '  replicas: 1'])(
    'is a warning else: %j',
    (comment) => {
      const { findings } = checked({ 'a.yaml': manifest(comment) });
      expect(findings.filter(({ rule }) => rule === 'single-replica')).toMatchObject([{ severity: 'warning' }]);
    },
  );
});

describe('a Knative Service', () => {
  const manifest = (annotations: string): string => `apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: orders${annotations} }
spec: { template: { spec: { containers: [{ image: 'node:24', command: [npm, start] }] } } }
`;

  it('is called what it is, and not after Cloud Run', () => {
    const { findings } = checked({ 'a.yaml': manifest('') });
    expect(findings.map(({ subject }) => subject)).toEqual(['Knative Service orders']);
  });

  it('is one of Cloud Run where its annotations say so', () => {
    const { findings } = checked({ 'a.yaml': manifest(', annotations: { run.googleapis.com/ingress: all }') });
    expect(new Set(findings.map(({ subject }) => subject))).toEqual(new Set(['Cloud Run service orders']));
  });
});

describe('a template of a chart with the values of several environments', () => {
  const rendered = (replicas: number): string => `# Source: orders/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: 'node:24', ports: [{ containerPort: 3000 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders }
spec: { selector: { app: orders }, ports: [{ port: 80, targetPort: 3000 }] }
`;

  it('is told once of what differs only in a number, with all numbers and places', () => {
    const { findings } = checked({
      '<rendered from charts/orders/Chart.yaml>': rendered(2),
      '<rendered from charts/orders/Chart.yaml with values-eu.yaml>': rendered(3),
      '<rendered from charts/orders/Chart.yaml with values-us.yaml>': rendered(5),
    });
    expect(findings.filter(({ rule }) => rule === 'disruption-budget-missing')).toMatchObject([
      {
        message: 'no PodDisruptionBudget chooses its 2 pods (elsewhere 3, 5)',
        also: [
          { file: '<rendered from charts/orders/Chart.yaml with values-eu.yaml>' },
          { file: '<rendered from charts/orders/Chart.yaml with values-us.yaml>' },
        ],
      },
    ]);
  });
});
