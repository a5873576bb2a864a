import { OVERLAYS, rendered, schemaProblems } from './manifests.js';

describe("Kubernetes' own schemas", () => {
  it('have nothing against the manifests of any overlay', () => {
    expect(schemaProblems(OVERLAYS.map(rendered).join('---\n'))).toEqual([]);
  });

  it('refuse a field that does not exist, however deep, a wrong value, a field that is missing, and a kind that nobody knows', () => {
    const broken = rendered('production')
      .replace('readOnlyRootFilesystem: true', 'readOnlyRootFileSystem: true')
      .replace('minReadySeconds: 2', 'minReadySeconds: 2.5')
      .replace('memory: 512Mi', 'memory: 512MB')
      .replace('AlwaysAllow', 'Always')
      .replace('maxReplicas: 12', '')
      .replace('kind: Service', 'kind: Servicer');

    const problems = schemaProblems(broken).join('\n');
    expect(problems).toMatch(/^Deployment orders: .*"readOnlyRootFileSystem".* does not exist in type/m);
    expect(problems).toMatch(/^Deployment orders: .*minReadySeconds must be integer/m);
    expect(problems).toMatch(/^Deployment orders: .*limits\/memory must match format "quantity"/m);
    expect(problems).toMatch(/^PodDisruptionBudget orders: .*unhealthyPodEvictionPolicy must be equal to one of/m);
    expect(problems).toMatch(/^HorizontalPodAutoscaler orders: .*maxReplicas/m);
    expect(problems).toMatch(/^v1 Servicer is no kind of Kubernetes/m);
  });
});
