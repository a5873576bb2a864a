import { ingress, type Json, messagesOf, resource, service } from '../../../../test/support/manifests.js';

const rule = 'ingress-port-unknown';
const named = service({ ports: [{ name: 'web', port: 80 }] });

function to(port: Json): string {
  return resource(
    'Ingress',
    { defaultBackend: { service: { name: 'orders', port } } },
    { apiVersion: 'networking.k8s.io/v1' },
  );
}

describe('ingress-port-unknown', () => {
  it.each([
    ['a number', [service(), ingress('nginx')]],
    ['a name', [named, to({ name: 'web' })]],
    ['a Service in no file', [to({ number: 1 })]],
    ['a name elsewhere', [service({ type: 'ExternalName', ports: [] }), to({ number: 443 })]],
    ['an action of the AWS controller', [service(), to({ name: 'use-annotation' })]],
    ['no port at all', [service(), to({})]],
  ])('passes %s', (_what, texts) => {
    expect(messagesOf(rule, texts)).toEqual([]);
  });

  it.each([
    [[service(), to({ number: 3000 })], 'Service orders has no port 3000, but 80'],
    [[named, to({ name: 'http' })], 'Service orders has no port http, but web = 80'],
    [[service({ ports: [{ port: 8080 }] }), ingress('nginx')], 'Service orders has no port 80, but 8080'],
  ])('fails a port that the Service does not have: %#', (texts, message) => {
    expect(messagesOf(rule, texts)).toEqual([message]);
  });

  it('fails in the environment whose Service lacks it, and passes in the other', () => {
    expect(messagesOf(rule, [service(), named, to({ name: 'web' })])).toEqual([
      'Service orders has no port web, but 80',
    ]);
  });
});
