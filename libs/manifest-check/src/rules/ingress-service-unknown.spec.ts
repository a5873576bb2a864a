import { messagesOf, resource, service } from '../../../../test/support/manifests.js';

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

  it('fails one of another namespace', () => {
    expect(messagesOf(rule, [ingressTo('orders', { namespace: 'edge' }), service()])).toEqual([
      'Service orders is in the namespace default, and the Ingress in edge',
    ]);
  });
});
