import { OVERLAYS, rendered, schemaProblems } from './manifests.js';

describe("Kubernetes' own schemas", () => {
  it.each(OVERLAYS)('have nothing against the manifests of %s', (overlay) => {
    expect(schemaProblems(rendered(overlay))).toEqual([]);
  });

  it('refuse a field that does not exist, however deep, a wrong value, and a kind that nobody knows', () => {
    const broken = rendered('production')
      .replace('readOnlyRootFilesystem: true', 'readOnlyRootFileSystem: true')
      .replace('minReadySeconds: 2', 'minReadySeconds: 2.5')
      .replace('memory: 512Mi', 'memory: 512MB')
      .replace('AlwaysAllow', 'Always')
      .replace('kind: Service', 'kind: Servicer');

    const problems = schemaProblems(broken).join('\n');
    expect(problems).toMatch(/^Deployment orders: .*"readOnlyRootFileSystem".* does not exist in type/m);
    expect(problems).toMatch(/^Deployment orders: .*minReadySeconds must be integer/m);
    expect(problems).toMatch(/^Deployment orders: .*limits\/memory must match format "quantity"/m);
    expect(problems).toMatch(/^PodDisruptionBudget orders: .*unhealthyPodEvictionPolicy must be equal to one of/m);
    expect(problems).toMatch(/^v1 Servicer is no kind of Kubernetes/m);
  });

  it('refuse a field that is missing', () => {
    const broken = rendered('production').replace('maxReplicas: 12', '');
    expect(schemaProblems(broken).join('\n')).toMatch(/^HorizontalPodAutoscaler orders: .*maxReplicas/m);
  });
});
