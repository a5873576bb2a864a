import { applyFixes, checkFiles, type CheckOptions, type Finding, RULES } from 'nestjs-lifecycle-manifest-check';

/** Part of a manifest, as it would be written in JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, Json>>;

/** What a Deployment of the tests has besides what all of them have. */
export interface DeploymentParts {
  readonly metadata?: Fields;
  readonly spec?: Fields;
  readonly podMetadata?: Fields;
  readonly pod?: Fields;
  readonly container?: Fields;
  /** Variables of the container. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A Deployment `orders` of two pods in which no rule finds anything, with some parts changed. */
export function deployment({ metadata, spec, podMetadata, pod, container, env = {} }: DeploymentParts = {}): string {
  const probe = { periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 1 };
  const orders = {
    name: 'orders',
    image: 'orders:1.4.0',
    command: ['node', 'dist/main.js'],
    ports: [{ name: 'http', containerPort: 3000 }],
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    readinessProbe: { httpGet: { path: '/health/ready', port: 'http' }, ...probe },
    ...container,
  };
  const labels = { app: 'orders' };
  return JSON.stringify(
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'orders', ...metadata },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels, ...podMetadata },
          spec: { terminationGracePeriodSeconds: 30, ...pod, containers: [orders] },
        },
        ...spec,
      },
    },
    undefined,
    2,
  );
}

/** Another object named `orders`: a Service that chooses the Deployment's pods, unless `parts` say otherwise. */
export function resource(kind: string, spec: Fields, parts: Fields = {}): string {
  const { apiVersion = 'v1', annotations = {}, ...others } = parts;
  return JSON.stringify({ apiVersion, kind, metadata: { name: 'orders', annotations, ...others }, spec }, undefined, 2);
}

/** The Service in front of the Deployment. */
export function service(spec: Fields = {}, parts: Fields = {}): string {
  return resource(
    'Service',
    { selector: { app: 'orders' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
    parts,
  );
}

/** An Ingress that leads to the Service. */
export function ingress(className: string, annotations: Fields = {}): string {
  const backend = { service: { name: 'orders', port: { number: 80 } } };
  const rules = [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  return resource(
    'Ingress',
    { ingressClassName: className, rules },
    { apiVersion: 'networking.k8s.io/v1', annotations },
  );
}

/** What one rule, and no other, finds in files that are named by their number; or by the first line, `# file: name`. */
export function findingsOf(rule: string, texts: readonly string[], options: CheckOptions = {}): readonly Finding[] {
  if (!RULES.some(({ id }) => id === rule)) throw new Error(`there is no rule ${rule}`);
  const files = texts.map((text, index) => ({ path: /^# file: (\S+)\n/.exec(text)?.[1] ?? `${index}.yaml`, text }));
  const skip = RULES.map(({ id }) => id).filter((id) => id !== rule);
  const { findings, unusable } = checkFiles(files, { ...options, facts: { usesModule: true, ...options.facts }, skip });
  if (unusable[0] !== undefined) throw unusable[0];
  return findings;
}

/** What is wrong in the words of one rule. */
export function messagesOf(rule: string, texts: readonly string[], options: CheckOptions = {}): readonly string[] {
  return findingsOf(rule, texts, options).map(({ message }) => message);
}

/** The first file after the safe fixes of one rule. */
export function fixedBy(rule: string, texts: readonly string[]): string {
  return applyFixes({ path: '0.yaml', text: texts[0] ?? '' }, findingsOf(rule, texts)).text;
}

/** A budget that counts the Deployment's pods. */
export function disruptionBudget(spec: Fields, parts: Fields = {}): string {
  return resource(
    'PodDisruptionBudget',
    { selector: { matchLabels: { app: 'orders' } }, ...spec },
    { apiVersion: 'policy/v1', ...parts },
  );
}

/** A file of another platform, which its name tells. */
export function fileNamed(name: string, ...lines: readonly string[]): string {
  return [`# file: ${name}`, ...lines, ''].join('\n');
}

/** A file of another platform after the safe fixes of one rule. */
export function fixedFile(rule: string, text: string): string {
  const [, path = '0.yaml'] = /^# file: (\S+)\n/.exec(text) ?? [];
  return applyFixes({ path, text }, findingsOf(rule, [text])).text;
}
