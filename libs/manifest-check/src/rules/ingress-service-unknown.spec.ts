import { findingsOf, type Json, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'ingress-service-unknown';

function ingressTo(name: string, metadata = {}): string {
  const backend = { service: { name, port: { number: 80 } } };
  return resource(
    'Ingress',
    { rules: [{ http: { paths: [{ path: '/', backend }] } }] },
    { apiVersion: 'networking.k8s.io/v1', ...metadata },
  );
}

describe('ingress-service-unknown', () => {
  it.each(['orders', 'basket', 'orders-v2', 'order-service'])('passes %s, which is there, or not like any', (name) => {
    expect(messagesOf(rule, [ingressTo(name), service()])).toEqual([]);
  });

  it.each(['ordrs', 'oders', 'roders', 'orderz', 'orderss'])('fails %s, which is a slip of the hand', (name) => {
    expect(messagesOf(rule, [ingressTo(name), service()])).toEqual([`there is no Service ${name}, but orders`]);
  });

  it('fails one of another namespace, and says what to write where none is written', () => {
    const texts = [ingressTo('orders', { namespace: 'edge' }), service()];
    expect(findingsOf(rule, texts)).toMatchObject([
      {
        message: 'Service orders is in the namespace default (none is written), and the Ingress in edge',
        remedy: 'metadata:\n  namespace: edge   # of the Service orders',
      },
    ]);
    const written = [ingressTo('orders', { namespace: 'edge' }), service({}, { namespace: 'shop' })];
    expect(findingsOf(rule, written)).toMatchObject([
      {
        message: 'Service orders is in the namespace shop, and the Ingress in edge',
        remedy: 'metadata:\n  namespace: shop   # of the Ingress',
      },
    ]);
  });

  const backend = (reference: Json): Json => [{ backendRefs: [reference] }];
  const routeOf = (kind: string, spec: Record<string, Json>, apiVersion = 'gateway.networking.k8s.io/v1') =>
    resource(kind, spec, { apiVersion });

  it.each([
    ['an HTTPRoute', routeOf('HTTPRoute', { rules: backend({ name: 'ordres', port: 80 }) })],
    ['a GRPCRoute', routeOf('GRPCRoute', { rules: backend({ kind: 'Service', name: 'ordres', port: 80 }) })],
    [
      'an IngressRoute',
      routeOf('IngressRoute', { routes: [{ services: [{ name: 'ordres', port: 80 }] }] }, 'traefik.io/v1alpha1'),
    ],
    ['a Route', routeOf('Route', { to: { kind: 'Service', name: 'ordres' } }, 'route.openshift.io/v1')],
  ])('fails %s that is a slip of the hand away', (_what, text) => {
    expect(messagesOf(rule, [text, service()])).toEqual(['there is no Service ordres, but orders']);
  });

  it.each([
    [
      'a route that names the namespace',
      routeOf('HTTPRoute', { rules: backend({ name: 'orders', namespace: 'shop', port: 80 }) }),
      service({}, { namespace: 'shop' }),
    ],
    [
      'a backend of another kind',
      routeOf('HTTPRoute', { rules: backend({ kind: 'ServiceImport', name: 'ordres', port: 80 }) }),
      service(),
    ],
    [
      'what Traefik has itself',
      routeOf('IngressRoute', { routes: [{ services: [{ name: 'order@internal' }] }] }, 'traefik.io/v1alpha1'),
      service(),
    ],
  ])('passes %s', (_what, ...texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it('fails a route that names a namespace in which the Service is not', () => {
    const route = routeOf('HTTPRoute', { rules: backend({ name: 'orders', namespace: 'shop', port: 80 }) });
    expect(messagesOf(rule, [route, service({}, { namespace: 'edge' })])).toEqual([
      'Service orders is in the namespace edge, and the HTTPRoute names shop',
    ]);
  });
});
