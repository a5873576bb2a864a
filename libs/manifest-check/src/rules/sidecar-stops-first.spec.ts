import { deployment, findingsOf, type Json, messagesOf, service } from '../../../../test/support/manifests.js';

const rule = 'sidecar-stops-first';

function beside(sidecar: Readonly<Record<string, Json>>, key = 'containers'): string {
  const parsed = JSON.parse(deployment()) as { spec: { template: { spec: Record<string, unknown[] | undefined> } } };
  (parsed.spec.template.spec[key] ??= []).push({ name: 'beside', ...sidecar });
  return JSON.stringify(parsed);
}

const SQL = 'gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.14';

describe('sidecar-stops-first', () => {
  it.each([
    ['a proxy that waits long enough', beside({ image: SQL, args: ['--max-sigterm-delay=30s', 'a:b:c'] })],
    [
      'one that is told so by a variable',
      beside({ image: SQL, env: [{ name: 'CSQL_PROXY_MAX_SIGTERM_DELAY', value: '1m' }] }),
    ],
    [
      'one with a preStop of its own',
      beside({ image: 'bitnami/pgbouncer:1', lifecycle: { preStop: { sleep: { seconds: 30 } } } }),
    ],
    ['a native sidecar', beside({ image: SQL, restartPolicy: 'Always' }, 'initContainers')],
    ['what watches a store', beside({ image: 'oliver006/redis_exporter:1' })],
    ['an agent that nothing waits for', beside({ image: 'fluent/fluent-bit:3' })],
    ['none', deployment()],
  ])('passes %s', (_what, text) => {
    expect(messagesOf(rule, [text])).toEqual([]);
  });

  it('passes a store that its own Service sends to, beside a helper', () => {
    const store = { image: 'registry.shop/mongo:7', ports: [{ containerPort: 27017 }] };
    const text = beside(store);
    const own = service({ ports: [{ port: 27017 }] });
    expect(messagesOf(rule, [text, own])).toEqual([]);
    expect(messagesOf(rule, [text, service()])).toHaveLength(1);
  });

  it.each([
    [
      'a proxy of Cloud SQL',
      { image: SQL, args: ['a:b:c'] },
      'at its signal',
      'args: ["a:b:c","--max-sigterm-delay=28s"]',
    ],
    [
      'one that waits too short',
      { image: SQL, args: ['--max-sigterm-delay', '5s'] },
      '5s after its signal',
      '--max-sigterm-delay=28s',
    ],
    [
      'the old one',
      { image: 'gcr.io/cloudsql-docker/gce-proxy:1.33', command: ['/cloud_sql_proxy', '-instances=a:b:c=tcp:5432'] },
      'at its signal',
      'command: ["/cloud_sql_proxy","-instances=a:b:c=tcp:5432","-term_timeout=28s"]',
    ],
    ['a store', { image: 'docker.io/bitnami/redis:7.4' }, 'at its signal', 'restartPolicy: Always'],
    ['a pool of connections', { image: 'edoburu/pgbouncer:1.23' }, 'at its signal', 'restartPolicy: Always'],
  ])('warns of %s', (_what, sidecar, ends, remedy) => {
    const [finding, ...others] = findingsOf(rule, [beside(sidecar)]);
    expect(others).toEqual([]);
    expect(finding?.message).toBe(`beside ends ${ends}, but the service may need it for 28s`);
    expect(finding?.remedy).toContain(remedy);
  });
});
