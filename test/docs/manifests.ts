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

/** All YAML of the pages. */
export const manifests: readonly ShownManifest[] = blocksOfKind('yaml').map(({ page, text }) => {
  const document = parse(text) as Deployment | PodSpec;
  return 'spec' in document
    ? { page: page.name, deployment: document, pod: document.spec.template.spec }
    : { page: page.name, deployment: undefined, pod: document };
});

/** The README's manifest. */
export function readmeManifest(): { readonly deployment: Deployment; readonly container: Container } {
  const found = manifests.find(({ page }) => page === 'README');
  const [container] = found?.pod.containers ?? [];
  if (found?.deployment === undefined || container === undefined) throw new Error('the README has no Deployment');
  return { deployment: found.deployment, container };
}
