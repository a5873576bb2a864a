import { parse } from 'yaml';
import { blocksOfKind } from './pages.js';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly name: string;
  readonly command?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly lifecycle?: { readonly preStop: { readonly sleep?: { readonly seconds: number } } };
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly containers: readonly Container[];
}

interface Deployment {
  readonly kind: string;
  readonly apiVersion: string;
  readonly spec: {
    readonly selector: { readonly matchLabels: object };
    readonly template: { readonly metadata: { readonly labels: object }; readonly spec: PodSpec };
  };
}

/** A manifest of a page, or the part of one that it shows: a pod's. */
export interface ShownManifest {
  readonly page: string;
  readonly deployment: Deployment | undefined;
  readonly pod: PodSpec;
}

/** The YAML of the pages that says how a service runs; other YAML has no pods. */
export const manifests: readonly ShownManifest[] = blocksOfKind('yaml').flatMap(({ page, text }): ShownManifest[] => {
  const document = parse(text) as Deployment | PodSpec | Record<string, unknown>;
  if (isDeployment(document)) return [{ page: page.name, deployment: document, pod: document.spec.template.spec }];
  return isPod(document) ? [{ page: page.name, deployment: undefined, pod: document }] : [];
});

function isDeployment(document: object): document is Deployment {
  return 'spec' in document;
}

function isPod(document: object): document is PodSpec {
  return 'containers' in document;
}

/** The README's manifest. */
export function readmeManifest(): { readonly deployment: Deployment; readonly container: Container } {
  const found = manifests.find(({ page }) => page === 'README');
  const [container] = found?.pod.containers ?? [];
  if (found?.deployment === undefined || container === undefined) throw new Error('the README has no Deployment');
  return { deployment: found.deployment, container };
}
