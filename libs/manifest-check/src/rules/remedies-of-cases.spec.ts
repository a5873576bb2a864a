import { deployment, fileNamed, type Json, resource, service } from '../../../../test/support/manifests.js';
import { filesOf, LOSSES } from '../../../../test/support/losses.js';
import { pasteRemedies, REMEDIES_FOR_A_PERSON } from '../../../../test/support/paste-remedies.js';
import { checkFiles, type CheckOptions } from '../check-files.js';
import { type Finding } from '../findings/finding.js';
import { type TextFile } from '../source/source.js';

const OPTIONS: CheckOptions = { facts: { usesModule: true } };

function inFolder(name: string, ...texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => fileNamed(`${name}/${index}.yaml`, text));
}

function claim(...accessModes: readonly string[]): string {
  return resource('PersistentVolumeClaim', { accessModes }, { name: 'files' });
}

const MOUNTED: Readonly<Record<string, Json>> = {
  volumes: [{ name: 'files', persistentVolumeClaim: { claimName: 'files' } }],
};

const budget = resource(
  'PodDisruptionBudget',
  { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: { matchLabels: { app: 'orders' } } },
  { apiVersion: 'policy/v1' },
);

function image(...lines: readonly string[]): string {
  return fileNamed('Dockerfile', 'FROM node:24-slim', 'COPY . /app', ...lines);
}

function compose(...lines: readonly string[]): string {
  return fileNamed(
    'compose.yaml',
    'services:',
    '  orders:',
    '    image: shop/orders:1',
    ...lines.map((line) => `    ${line}`),
  );
}

/** Own inputs of every kind that was once judged wrongly, but those of `LOSSES`, and what is to be found first. */
const KINDS: readonly (readonly [kind: string, texts: readonly string[], found: readonly string[]])[] = [
  [
    'folders for environments',
    [
      ...inFolder('k8s/dev', deployment(), service(), budget),
      ...inFolder('k8s/prod', deployment(), service({ ports: [{ port: 80, targetPort: 3999 }] }), budget),
    ],
    ['target-port-unknown'],
  ],
  [
    'a ConfigMap of one environment',
    [
      deployment({ container: { envFrom: [{ configMapRef: { name: 'orders' } }] } }),
      service(),
      budget,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'orders' },
        data: { SHUTDOWN_GRACE_PERIOD: '120s' },
      }),
    ],
    ['grace-period-too-short'],
  ],
  [
    'readiness of a port without a name',
    [
      deployment({ container: { ports: [{ containerPort: 3000 }], readinessProbe: null } }),
      service({ ports: [{ port: 80, targetPort: 3000 }] }),
    ],
    ['readiness-probe-missing'],
  ],
  [
    'a service of gRPC that starts slowly',
    [
      deployment({
        container: {
          ports: [{ containerPort: 4000 }],
          readinessProbe: { grpc: { port: 4000 }, periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 1 },
          livenessProbe: {
            grpc: { port: 4000, service: 'live' },
            periodSeconds: 5,
            timeoutSeconds: 2,
            failureThreshold: 2,
          },
        },
      }),
      service({ ports: [{ port: 80, targetPort: 4000 }] }),
    ],
    ['start-not-covered'],
  ],
  [
    'a database on one volume',
    [
      deployment({ spec: { replicas: 1 }, pod: MOUNTED, container: { image: 'mysql:8', command: [] } }),
      claim('ReadWriteOnce'),
    ],
    [],
  ],
  [
    'a service on one volume',
    [
      deployment({ spec: { replicas: 1, strategy: { type: 'Recreate' } }, pod: MOUNTED }),
      service(),
      claim('ReadWriteOnce'),
    ],
    ['strategy-recreate'],
  ],
  ['one pod', [deployment({ spec: { replicas: 1 } }), service()], ['single-replica']],
  [
    'a preStop that the service does not know of',
    [deployment({ container: { lifecycle: { preStop: { sleep: { seconds: 10 } } } } }), service(), budget],
    ['grace-period-too-short'],
  ],
  ...['chamber exec orders --', 'infisical run --', 'dotenvx run --', 'doppler run --', 'with-contenv'].map(
    (wrapper) =>
      [
        `npm behind ${wrapper}`,
        [deployment({ container: { command: [...wrapper.split(' '), 'npm', 'start'] } }), service(), budget],
        ['signal-not-forwarded'],
      ] as const,
  ),
  ['npm in an image', [image('CMD ["npm", "start"]')], ['signal-not-forwarded']],
  [
    'a list of PM2 by another name',
    [fileNamed('pm2.config.js', 'module.exports = { apps: [{ name: "orders", script: "main.js" }] };')],
    ['pm2-kill-timeout'],
  ],
  [
    'a list of PM2 that spreads what all applications share',
    [
      fileNamed(
        'ecosystem.config.js',
        'const shared = { kill_timeout: 2000, instances: 2 };',
        'module.exports = { apps: [{ ...shared, name: "orders", script: "dist/main.js" }] };',
      ),
    ],
    ['pm2-kill-timeout'],
  ],
  [
    'a list of PM2 that is computed',
    [fileNamed('ecosystem.config.js', 'const names = ["orders"];', 'module.exports = { apps: names.map(toApp) };')],
    [],
  ],
  [
    'variables that are no text',
    [
      deployment({
        container: {
          env: [
            { name: 'VERBOSE', value: true },
            { name: 'PORT', value: 3000 },
          ],
        },
      }),
      service(),
      budget,
    ],
    ['field-has-wrong-type'],
  ],
  [
    'supervisord in an image',
    [image('CMD ["supervisord", "-n", "-c", "/app/supervisord.conf"]')],
    ['process-manager-kills-early'],
  ],
  [
    'a job that comes again',
    [
      JSON.stringify({
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata: { name: 'invoices' },
        spec: {
          schedule: '*/10 * * * *',
          jobTemplate: {
            spec: {
              template: {
                spec: {
                  terminationGracePeriodSeconds: 0,
                  restartPolicy: 'Never',
                  containers: [{ name: 'invoices', image: 'shop/invoices:1', command: ['yarn', 'invoices'] }],
                },
              },
            },
          },
        },
      }),
    ],
    ['grace-period-zero', 'signal-not-forwarded'],
  ],
  [
    'a build of Python',
    [
      fileNamed('compose.yaml', 'services:', '  scores:', '    build: ./scores', '    ports: ["8000:8000"]'),
      fileNamed('scores/Dockerfile', 'FROM python:3.13', 'COPY . /app', 'CMD ["sh", "-c", "python /app/main.py"]'),
    ],
    [],
  ],
  [
    'an env file',
    [compose('command: node main.js', 'env_file: orders.env'), fileNamed('orders.env', 'SHUTDOWN_GRACE_PERIOD=90s')],
    ['compose-grace-period'],
  ],
  [
    'a service that extends another',
    [
      fileNamed(
        'compose.yaml',
        'services:',
        '  base: { image: shop/orders, command: node main.js, stop_grace_period: 2s }',
        '  orders: { extends: { service: base } }',
      ),
    ],
    ['compose-grace-period'],
  ],
  [
    'a migration before a service',
    [
      fileNamed(
        'compose.yaml',
        'services:',
        '  migrate: { image: shop/orders, command: npm run migrate }',
        '  orders:',
        '    image: shop/orders',
        '    command: npm start',
        '    stop_grace_period: 30s',
        '    depends_on: { migrate: { condition: service_completed_successfully } }',
      ),
    ],
    ['platform-signal-not-forwarded'],
  ],
  [
    'a service of Swarm',
    [
      compose(
        'command: node main.js',
        'stop_grace_period: 60s',
        'deploy: { replicas: 2, update_config: { parallelism: 0, order: stop-first } }',
      ),
    ],
    ['swarm-update-order'],
  ],
  ['a broker', [deployment({ container: { image: 'rabbitmq:4', command: [], ports: [{ containerPort: 5672 }] } })], []],
  ['an image for development', [fileNamed('Dockerfile.dev', 'FROM node:24', 'CMD ["npm", "run", "start:dev"]')], []],
  [
    'a script that starts an image',
    [
      image('CMD ["/app/start.sh"]'),
      fileNamed('start.sh', '#!/bin/sh', 'npm run start:prod'),
      fileNamed('package.json', '{ "scripts": { "start:prod": "node main.js" } }'),
    ],
    ['signal-not-forwarded'],
  ],
];

/** What remains for another run, and why. */
const LATER: Readonly<Record<string, { readonly rules: readonly string[]; readonly why: string }>> = {
  'service-matches-no-pod': {
    rules: ['disruption-budget-missing'],
    why: 'a workload is a service only once a Service chooses its pods',
  },
  'ingress-service-unknown': {
    rules: ['lame-duck-too-short'],
    why: 'what the controller needs is asked of pods only once the Ingress leads to them',
  },
};

/** Remedies that are no text to paste, that belong into a file of the image, or of which only a person can choose, beside those of rules that only have such. */
const FOR_A_PERSON = /^Give livenessProbe a command of its own|ReadWriteMany|^stopwaitsecs=/m;

function isToPaste({ rule, remedy }: Finding): boolean {
  return REMEDIES_FOR_A_PERSON[rule] === undefined && !FOR_A_PERSON.test(remedy);
}

/** Faults that are left after all remedies of one run are pasted together. */
function leftAfter(files: readonly TextFile[]): readonly Finding[] {
  const { findings } = checkFiles(files, OPTIONS);
  const after = checkFiles(pasteRemedies(files, findings.filter(isToPaste)), OPTIONS);
  expect(after.unusable).toEqual([]);
  return after.findings.filter((finding) => finding.severity !== 'note' && isToPaste(finding));
}

function shown(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ rule, subject, message }) => `${rule}: ${subject}: ${message}`);
}

describe('the remedies of one run, pasted together,', () => {
  it.each(KINDS)('leave nothing to find in %s', (_kind, texts, found) => {
    const files = filesOf(texts);
    expect(checkFiles(files, OPTIONS).findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...found]));
    expect(shown(leftAfter(files))).toEqual([]);
  });

  it.each(LOSSES.map((loss) => [loss.what, loss] as const))('leave nothing to find in %s', (_what, { rule, wrong }) => {
    const later: readonly string[] = LATER[rule]?.rules ?? [];
    const left = leftAfter(filesOf(wrong));
    expect(shown(left.filter((finding) => !later.includes(finding.rule)))).toEqual([]);
    expect(left.map((finding) => finding.rule)).toEqual(expect.arrayContaining([...later]));
  });
});
