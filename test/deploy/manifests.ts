import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { root } from '../support/repository.js';

/** The overlays of the demo's manifests. */
export const OVERLAYS = ['staging', 'production'] as const;

/** One resource, of whatever kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** What `deploy/rendered` holds of an overlay, as text. */
export function rendered(overlay: string): string {
  return readFileSync(resolve(root, `deploy/rendered/${overlay}.yaml`), 'utf8');
}

/** What kubectl makes of an overlay, as text. */
export async function renderedNow(overlay: string): Promise<string> {
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', resolve(root, 'deploy/overlays', overlay)]);
  return stdout;
}

/** Manifests by kind and name: their order and their layout are the renderer's own affair. */
export function manifestsOf(text: string): Readonly<Record<string, Manifest>> {
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
  return Object.fromEntries(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest]));
}

/** What Kubernetes' own schemas have against manifests, one line a problem. */
export function schemaProblems(text: string): string[] {
  const script = resolve(root, 'scripts/check-schemas.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script], { input: text, encoding: 'utf8' });
  if (stderr !== '' || status === null || status > 1) throw new Error(`check-schemas ended with ${status}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What of a pod the tests look at. */
export interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
  readonly containers: readonly {
    readonly command: readonly string[];
    readonly env: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
    readonly securityContext: Readonly<Record<string, unknown>>;
  }[];
}

/** The pod that an overlay's Deployment makes. */
export function podOf(overlay: string): Pod {
  const deployment = manifestsOf(rendered(overlay))['Deployment orders'] as unknown as {
    readonly spec: { readonly template: { readonly spec: Pod } };
  };
  return deployment.spec.template.spec;
}
