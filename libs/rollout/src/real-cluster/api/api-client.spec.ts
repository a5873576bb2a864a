import { createServer } from 'node:net';
import { once } from 'node:events';
import { systemClock } from '../../clock/clock.js';
import { KubeApi } from '../../../../../test/support/kube-api/kube-api.js';
import { accessTo } from '../../../../../test/support/kube-api/access.js';
import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { until } from '../../../../../test/support/event-loop.js';
import { deniedRights, rightShown } from './access-review.js';
import { ApiClient } from './api-client.js';
import { paths } from './resources.js';

let api: KubeApi;
beforeEach(async () => {
  api = await KubeApi.start();
});
afterEach(async () => {
  await api.close();
});

const listPods = { method: 'GET', path: paths.pods('shop'), what: 'list pods' } as const;
const restart = {
  method: 'PATCH',
  path: paths.deployment('shop', 'orders'),
  contentType: 'application/strategic-merge-patch+json',
  body: { spec: { template: { metadata: { annotations: { a: 'b' } } } } },
  what: 'patch deployments.apps',
} as const;

function client(clock: ManualClock | typeof systemClock = systemClock, overrides: Parameters<typeof accessTo>[1] = {}) {
  return new ApiClient(accessTo(api, overrides), clock);
}

/** The message of what a promise rejects with. */
async function failureOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'it did not fail',
    (error: unknown) => String(error),
  );
}

describe('ApiClient', () => {
  it('reads an answer', async () => {
    api.store.create('pods', { metadata: { name: 'orders-1' } });
    expect(await client().send(listPods)).toMatchObject({
      kind: 'PodList',
      items: [{ metadata: { name: 'orders-1' } }],
    });
  });

  it.each([
    [
      401,
      /^the API server does not know the credentials of developer \(401: Unauthorized\)\. Log in again/,
      { token: 'old' },
    ],
  ])('explains %d', async (_status, message, overrides) => {
    await expect(client(systemClock, overrides).send(listPods)).rejects.toThrow(message);
  });

  it('says which right is missing, in the words of the server', async () => {
    api.deny('list', 'pods');
    await expect(client().send(listPods)).rejects.toThrow(
      'may not list pods: pods is forbidden: User "developer" cannot list resource "pods" in API group "" in the namespace "shop"',
    );
  });

  it('quotes each cause of a refusal', async () => {
    api.store.create('deployments', { metadata: { name: 'orders' }, spec: {} });
    const causes = [{ reason: 'FieldValueInvalid', message: 'field is immutable', field: 'spec.selector' }];
    api.admit = () => ({
      status: 422,
      body: {
        kind: 'Status',
        status: 'Failure',
        message: 'it is invalid',
        reason: 'Invalid',
        details: { causes },
        code: 422,
      },
    });
    await expect(client().send(restart)).rejects.toThrow('422: it is invalid (spec.selector: field is immutable)');
  });

  it('waits as long as a busy server asks for, and reads again', async () => {
    const clock = new ManualClock();
    api.refuse(/^GET/, 429, { headers: { 'retry-after': '2' }, reason: 'TooManyRequests' });
    const answer = client(clock).send(listPods);
    await until('it waits before the second try', () => clock.pendingTimers === 1 && api.requests.length === 1);
    await clock.advance(1999);
    expect(api.requests).toHaveLength(1);
    await clock.advance(1);
    await until('it has asked again', () => api.requests.length === 2);
    expect(await answer).toMatchObject({ kind: 'PodList' });
  });

  it('reads again after a server error, and gives up after some', async () => {
    api.refuse(/^GET/, 503, { times: 1 });
    expect(await client().send(listPods)).toMatchObject({ kind: 'PodList' });
    const clock = new ManualClock();
    api.refuse(/^GET/, 500, { times: 9 });
    const before = api.requests.length;
    const failed = failureOf(client(clock).send(listPods));
    for (let tries = 1; tries < 4; tries += 1) {
      await until(
        'it waits before the next try',
        () => clock.pendingTimers === 1 && api.requests.length === before + tries,
      );
      await clock.advance(10_000);
    }
    expect(await failed).toContain('the API server answered 500: etcd is away');
    expect(api.requests).toHaveLength(before + 4);
  });

  it('makes no change twice: it repeats one only where the server has not looked at it', async () => {
    api.store.create('deployments', { metadata: { name: 'orders' }, spec: {} });
    api.refuse(/^PATCH/, 500);
    await expect(client().send(restart)).rejects.toThrow('the API server answered 500');
    expect(api.requests).toHaveLength(1);
    api.refuse(/^PATCH/, 429);
    await client().send(restart);
    expect(api.requests).toHaveLength(3);
  });

  it("quotes a proxy's page, and does not take it for a list", async () => {
    api.answerRaw(/^GET/, 403, '<html><body>Sign in\n first</body></html>');
    await expect(client().send(listPods)).rejects.toThrow('may not list pods: <html><body>Sign in first</body></html>');
    api.answerRaw(/^GET/, 200, '<html>');
    await expect(client().send(listPods)).rejects.toThrow(
      /what https:\/\/127\.0\.0\.1:\d+ answered is no JSON: <html>/,
    );
  });

  it('says that nothing listens, and what to try', async () => {
    const server = new URL('https://127.0.0.1:1');
    await expect(client(systemClock, { server }).send(restart)).rejects.toThrow(
      'the API server https://127.0.0.1:1 cannot be reached: nothing listens there (ECONNREFUSED). See whether this works: kubectl --context kind-shop version',
    );
  });

  it('says that the certificate is not accepted', async () => {
    await expect(client(systemClock, { trusts: false }).send(restart)).rejects.toThrow(
      /^the certificate of https:\/\/127\.0\.0\.1:\d+ is not accepted \(DEPTH_ZERO_SELF_SIGNED_CERT/,
    );
  });

  it('gives up on a server that accepts and is silent', async () => {
    const silent = createServer();
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const address = silent.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const clock = new ManualClock();
    const server = new URL(`http://127.0.0.1:${address.port}`);
    const connected = once(silent, 'connection');
    const failed = failureOf(client(clock, { server }).send(restart));
    await connected;
    await clock.advance(15_000);
    expect(await failed).toContain('did not answer within 15 s');
    silent.close();
  });
});

describe('deniedRights', () => {
  const rights = [
    { verb: 'patch', group: 'apps', resource: 'deployments', purpose: 'to restart it' },
    { verb: 'get', group: '', resource: 'pods/log', purpose: 'for the logs' },
    { verb: 'watch', group: '', resource: 'pods', purpose: 'to see them' },
  ];

  it('asks for all of them at once and tells those that are denied', async () => {
    api.deny('patch', 'deployments.apps');
    api.deny('get', 'pods/log');
    const denied = await deniedRights(client(), 'shop', rights);
    expect(denied.map((right) => rightShown(right))).toEqual(['patch deployments.apps', 'get pods/log']);
  });
});
