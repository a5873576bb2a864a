import { checkFiles } from 'nestjs-lifecycle-manifest-check';
import { parse } from 'yaml';
import { deployment, findingsOf, type Json, messagesOf, service } from '../../../../test/support/manifests.js';
import { printedBy } from '../../../../test/support/printed-settings.js';

const rule = 'readiness-probe-missing';
const without = { readinessProbe: null };

describe('readiness-probe-missing', () => {
  it('passes a probe of any kind, and a worker', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(
      messagesOf(rule, [deployment({ container: { readinessProbe: { exec: { command: ['a'] } } } }), service()]),
    ).toEqual([]);
    expect(messagesOf(rule, [deployment({ container: without })])).toEqual([]);
  });

  it('fails none, or liveness alone', () => {
    const live = { ...without, livenessProbe: { httpGet: { path: '/', port: 3000 } } };
    for (const container of [without, live]) {
      expect(messagesOf(rule, [deployment({ container }), service()])).toEqual([
        'container orders has no readinessProbe',
      ]);
    }
  });

  it('says that the path is a guess, unless the service has said it', () => {
    const texts = [deployment({ container: without }), service()];
    expect(findingsOf(rule, texts)[0]?.remedy).toContain('# the path is a guess');
    const settings = printedBy({ code: { health: { path: '/status' } } });
    expect(findingsOf(rule, texts, { settings })[0]?.remedy).toContain('{ path: /status/ready, port: http }\n');
  });

  it('has a remedy that fits the ports of the container, and leaves nothing to find where it is pasted', () => {
    const liveness = {
      httpGet: { path: '/alive', port: 4000 },
      periodSeconds: 10,
      timeoutSeconds: 2,
      failureThreshold: 6,
    };
    const container = {
      ...without,
      ports: [{ containerPort: 9100, name: 'metrics' }, { containerPort: 4000 }],
      livenessProbe: liveness,
    };
    const front = service({ ports: [{ port: 80, targetPort: 4000 }] });
    const [finding] = findingsOf(rule, [deployment({ container }), front]);
    const pasted = parse(finding?.remedy.replaceAll(/^#.*$/gm, '') ?? '') as PastedParts;
    expect(pasted.readinessProbe).toMatchObject({ httpGet: { path: '/health/ready', port: 4000 } });
    const { terminationGracePeriodSeconds, ...ofContainer } = pasted;
    const after = deployment({ pod: { terminationGracePeriodSeconds }, container: { ...container, ...ofContainer } });
    const rules = (texts: readonly string[]) =>
      checkFiles(texts.map((text, index) => ({ path: `${index}.yaml`, text }))).findings.map((one) => one.rule);
    expect(rules([after, front])).toEqual(rules([deployment({ container }), front]).filter((one) => one !== rule));
  });

  it('asks by gRPC at a port that is for it', () => {
    const remedyOf = (ports: Json): string | undefined =>
      findingsOf(rule, [
        deployment({ container: { ...without, ports } }),
        service({ ports: [{ port: 80, targetPort: 50051 }] }),
      ])[0]?.remedy;
    expect(remedyOf([{ name: 'grpc', containerPort: 3001 }])).toContain('grpc: { port: 3001 }');
    expect(remedyOf([{ name: 'http', containerPort: 3000 }, { containerPort: 50051 }])).toContain(
      'grpc: { port: 50051 }',
    );
    expect(remedyOf([{ name: 'http', containerPort: 3001 }])).toContain('httpGet');
  });

  it('is a note where the command runs once, or is for development', () => {
    for (const command of [
      ['npx', 'prisma', 'migrate', 'dev'],
      ['npm', 'run', 'dev'],
    ]) {
      const texts = [deployment({ container: { ...without, command } }), service()];
      const { findings } = checkFiles(texts.map((text, index) => ({ path: `${index}.yaml`, text })));
      expect(findings.filter((one) => one.rule === rule).map(({ severity }) => severity)).toEqual(['note']);
    }
  });

  it.each([
    ['is not asked where one for production is beside it', 'shop/Dockerfile', 'error'],
    ['is asked where it is alone', 'other/Dockerfile', 'note'],
  ])('the image for development that Compose builds %s', (_what, path, severity) => {
    const texts = {
      'k8s/orders.yaml': `${deployment({ container: { ...without, command: [] } })}\n---\n${service()}`,
      'compose.yaml':
        'services: { orders: { build: { context: ./shop, dockerfile: Dockerfile.dev }, image: orders } }\n',
      'shop/Dockerfile.dev': 'FROM node:24\nCMD ["npm", "run", "dev"]\n',
      [path]: 'FROM node:24\nCMD ["node", "main.js"]\n',
    };
    const { findings } = checkFiles(Object.entries(texts).map(([name, text]) => ({ path: name, text })));
    expect(findings.filter((one) => one.rule === rule).map((one) => one.severity)).toEqual([severity]);
  });

  it('asks by gRPC where the other probes do', () => {
    const container = { ...without, livenessProbe: { grpc: { port: 5000 } } };
    expect(findingsOf(rule, [deployment({ container }), service()])[0]?.remedy).toContain('grpc: { port: 5000 }');
  });
});

interface PastedParts {
  readonly readinessProbe: Json;
  readonly env: Json;
  readonly terminationGracePeriodSeconds: Json;
}
