import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { renderedHeader } from '../../scripts/rendered-manifests.js';
import { root } from '../support/repository.js';
import { manifestsOf, OVERLAYS, rendered } from './manifests.js';

describe('the rendered manifests', () => {
  it('are those of every overlay', () => {
    expect(readdirSync(resolve(root, 'deploy/overlays')).toSorted()).toEqual([...OVERLAYS].toSorted());
    expect(readdirSync(resolve(root, 'deploy/rendered')).toSorted()).toEqual(
      OVERLAYS.map((overlay) => `${overlay}.yaml`).toSorted(),
    );
  });

  // What kubectl makes of the sources is compared in test/services/deploy.services-spec.ts: not every machine has it.
  it.each(OVERLAYS)('of %s are no older than their sources', (overlay) => {
    const header = rendered(overlay).split('\n').slice(0, 2).join('\n');
    expect(`${header}\n`).toBe(renderedHeader(root, overlay));
  });

  it.each(OVERLAYS)('of %s are all that the service needs, in its own namespace', (overlay) => {
    const manifests = manifestsOf(rendered(overlay));
    expect(Object.keys(manifests).toSorted()).toEqual([
      'Deployment orders',
      'HorizontalPodAutoscaler orders',
      `Namespace orders-${overlay}`,
      'NetworkPolicy orders',
      'PodDisruptionBudget orders',
      'Service orders',
    ]);
    const others = Object.values(manifests).filter(({ kind }) => kind !== 'Namespace');
    expect(others.map(({ metadata }) => metadata.namespace)).toEqual(others.map(() => `orders-${overlay}`));
  });
});
