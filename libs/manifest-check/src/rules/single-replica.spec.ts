import { deployment, findingsOf, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'single-replica';

function scaler(minReplicas: number): string {
  return resource('HorizontalPodAutoscaler', { minReplicas, scaleTargetRef: { kind: 'Deployment', name: 'orders' } });
}

function scaledObject(spec: { readonly minReplicaCount?: number }, target = {}): string {
  return resource('ScaledObject', { ...spec, scaleTargetRef: { name: 'orders', ...target } });
}

describe('single-replica', () => {
  const one = deployment({ spec: { replicas: 1 } });

  it('passes two, a worker, none on purpose, and a DaemonSet', () => {
    expect(messagesOf(rule, [deployment(), service()])).toEqual([]);
    expect(messagesOf(rule, [one])).toEqual([]);
    expect(messagesOf(rule, [deployment({ spec: { replicas: 0 } }), service()])).toEqual([]);
    expect(messagesOf(rule, [one.replace('"Deployment"', '"DaemonSet"'), service()])).toEqual([]);
    expect(messagesOf(rule, [one, service(), scaler(2)])).toEqual([]);
  });

  it('fails one, be it written, by default, or by an autoscaler', () => {
    expect(messagesOf(rule, [one, service()])).toEqual(['there is only one pod']);
    expect(messagesOf(rule, [deployment({ spec: { replicas: null } }), service()])).toEqual([
      'there is only one pod (the default)',
    ]);
    expect(findingsOf(rule, [deployment(), service(), scaler(1)])).toMatchObject([
      { file: '2.yaml', remedy: 'minReplicas: 2' },
    ]);
  });

  it('counts what KEDA keeps: none only while there is nothing to do', () => {
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 })])).toEqual([]);
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 }, { kind: 'Deployment' })])).toEqual(
      [],
    );
    expect(messagesOf(rule, [one, service(), scaledObject({ minReplicaCount: 2 }, { kind: 'StatefulSet' })])).toEqual([
      'there is only one pod',
    ]);
    expect(findingsOf(rule, [deployment(), service(), scaledObject({})])).toMatchObject([
      { file: '2.yaml', message: 'there is only one pod (the default)', remedy: 'minReplicaCount: 2' },
    ]);
    expect(messagesOf(rule, [deployment(), service(), scaledObject({ minReplicaCount: 0 })])).toEqual([
      'there is only one pod',
    ]);
  });
});
