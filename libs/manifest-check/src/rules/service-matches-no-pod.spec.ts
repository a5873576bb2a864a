import { deployment, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'service-matches-no-pod';
const wrong = { selector: { app: 'order', tier: 'web' } };

describe('service-matches-no-pod', () => {
  it('fails a selector that is one letter, or one namespace, away from any workload', () => {
    const other = (selector: string, parts = {}) =>
      service({ selector: { app: selector } }, { name: 'shop', ...parts });
    expect(messagesOf(rule, [deployment(), other('oders')])).toEqual([
      'the selector wants app=oders, but the pods of Deployment orders have app=orders',
    ]);
    expect(messagesOf(rule, [deployment({ metadata: { namespace: 'shop' } }), other('orders')])).toEqual([
      expect.stringContaining(
        'in the namespace default (none is written), but the pods that its selector is for, of Deployment orders, are in shop',
      ),
    ]);
    expect(messagesOf(rule, [deployment(), other('basket')])).toEqual([]);
  });

  it.each([
    ['a Service whose selector fits', [deployment(), service()]],
    ['a Service without a selector', [deployment(), service({ selector: {} })]],
    ['a Service of something in other files', [deployment(), service(wrong, { name: 'redis' })]],
    ['a Service in another namespace', [deployment(), service(wrong, { namespace: 'shop' })]],
    ['a Service alone', [service()]],
    [
      'a Service that chooses a workload of another name',
      [
        deployment(),
        deployment({ metadata: { name: 'web' }, podMetadata: { labels: wrong.selector } }),
        service(wrong),
      ],
    ],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each(['orders', 'orders-service', 'orders-headless'])('fails when %s chooses no pod', (name) => {
    expect(messagesOf(rule, [deployment(), service(wrong, { name })])).toEqual([
      'the selector wants app=order, tier=web, but the pods of Deployment orders have app=orders',
    ]);
  });

  it('fails pods that have no labels at all', () => {
    const pod = resource('Pod', { containers: [{ name: 'a', image: 'a:1' }] });
    expect(messagesOf(rule, [pod, service()])).toEqual([
      'the selector wants app=orders, but the pods of Pod orders have no labels',
    ]);
  });
});
