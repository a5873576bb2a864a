import { readWorkloads } from 'nestjs-lifecycle-manifest-check';
import { parseRequest } from 'nestjs-lifecycle-rollout';
import { pathsOf, shareRequests } from './requests-by-path.js';

function service(name: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: app, image: x }] }
---
apiVersion: v1
kind: Service
metadata: { name: ${name}-http }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;
}

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: all }
spec:
  rules:
    - http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: shop-http, port: { number: 80 } } } }
          - { path: /api/auth(/|$)(.*), pathType: Prefix, backend: { service: { name: auth-http, port: { number: 80 } } } }
`;

describe('requests by the paths of an Ingress', () => {
  it('are read of each workload', () => {
    const text = [service('shop'), service('auth'), INGRESS].join('---\n');
    const read = readWorkloads([{ path: 'all.yaml', text }]);
    expect(read.map((one) => [one.name, pathsOf(one)])).toEqual([
      ['shop', ['/']],
      ['auth', ['/api/auth']],
    ]);
  });

  const fronts = [
    { name: 'shop', paths: ['/'] },
    { name: 'auth', paths: ['/api/auth'] },
  ];
  const shared = (...typed: string[]) => {
    const { requests, notes } = shareRequests(
      fronts,
      typed.length === 0 ? undefined : typed.map((one) => parseRequest(one)),
    );
    const names = [...requests].map(([name, own]) => [name, own.map((one) => one.name)]);
    return { requests: Object.fromEntries(names) as object, notes };
  };

  it('go to the longest path that they begin with, and by default to that of each', () => {
    expect(shared('/orders', '/api/auth/me?x=1', '/api/authors').requests).toEqual({
      shop: ['GET /orders', 'GET /api/authors'],
      auth: ['GET /api/auth/me?x=1'],
    });
    expect(shared().requests).toEqual({ shop: ['GET /'], auth: ['GET /api/auth'] });
  });

  it('leave out a workload that none leads to, and say so', () => {
    expect(shared('/orders')).toEqual({
      requests: { shop: ['GET /orders'] },
      notes: [
        "No request goes to auth, to which an Ingress leads /api/auth: write one, as in --request 'GET /api/auth'.",
      ],
    });
  });
});
