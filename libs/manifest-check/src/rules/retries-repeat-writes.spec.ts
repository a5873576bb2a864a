import { ingress, type Json, messagesOf, resource } from '../../../../test/support/manifests.js';

const rule = 'retries-repeat-writes';
const NGINX = 'nginx.ingress.kubernetes.io';

function routed(retries: Json, match?: Json, apiVersion = 'networking.istio.io/v1'): string {
  const route = { route: [{ destination: { host: 'orders' } }], retries, ...(match !== undefined && { match }) };
  return resource('VirtualService', { hosts: ['orders'], http: [route] }, { apiVersion });
}

function configMap(data: Json): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nginx' }, data });
}

describe('retries-repeat-writes', () => {
  it.each([
    ['the default of nginx', ingress('nginx')],
    ['errors and timeouts', ingress('nginx', { [`${NGINX}/proxy-next-upstream`]: 'error timeout http_502' })],
    ['settings that say so', configMap({ 'retry-non-idempotent': 'false', 'proxy-next-upstream': 'error' })],
    ['the default of Istio', routed({ attempts: 2 })],
    [
      'connections that failed',
      routed({ attempts: 2, retryOn: 'connect-failure,refused-stream,reset-before-request' }),
    ],
    ['no attempts', routed({ attempts: 0, retryOn: '5xx' })],
    ['reads', routed({ attempts: 2, retryOn: '5xx' }, [{ method: { exact: 'GET' } }, { method: { exact: 'HEAD' } }])],
    ['another VirtualService', routed({ attempts: 2, retryOn: '5xx' }, undefined, 'example.org/v1')],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it.each([
    ingress('nginx', { [`${NGINX}/proxy-next-upstream`]: 'error timeout non_idempotent' }),
    ingress('nginx', { [`${NGINX}/configuration-snippet`]: 'a b;\nproxy_next_upstream error non_idempotent;' }),
    configMap({ 'retry-non-idempotent': 'true' }),
    configMap({ 'proxy-next-upstream': 'error non_idempotent' }),
  ])('fails nginx when it is told to repeat everything: %#', (text) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining('non_idempotent')]);
  });

  it.each([
    [routed({ attempts: 3, retryOn: '5xx' }), 'retries on 5xx'],
    [routed({ attempts: 3, retryOn: 'connect-failure, reset,503' }), 'retries on reset, 503'],
    [routed({ retryOn: 'gateway-error' }, [{ method: { exact: 'GET' } }, { uri: { prefix: '/' } }]), 'gateway-error'],
  ])('fails Istio when it repeats what a pod has seen: %#', (text, message) => {
    expect(messagesOf(rule, [text])).toEqual([expect.stringContaining(message)]);
  });
});
