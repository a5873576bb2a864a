import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCronJobs, readWorkloads } from 'nestjs-lifecycle-manifest-check';
import { cronJobNotes } from './cron-job-notes.js';
import { readManifest } from './read-manifest.js';

const ORDERS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: default }
spec:
  template:
    metadata: { labels: { app: orders } }
    spec: { containers: [{ name: orders, image: orders }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders-api, namespace: default }
spec: { selector: { app: orders }, ports: [{ port: 80 }] }
`;

function cronJob(container: string, namespace = 'default'): string {
  return `
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: ${namespace} }
spec:
  schedule: '0 3 * * *'
  jobTemplate:
    spec:
      template:
        spec: { restartPolicy: Never, containers: [{ name: nightly, image: nightly, ${container} }] }
`;
}

function notesFor(container: string, namespace?: string): string[] {
  const orders = { path: 'orders.yaml', text: ORDERS };
  const files = [orders, { path: 'nightly.yaml', text: cronJob(container, namespace) }];
  return cronJobNotes(readCronJobs(files), readWorkloads(files));
}

const NOTE = 'CronJob nightly is not played: what it asks of orders while pods stop is not seen.';

describe('a CronJob beside a workload that is rolled', () => {
  it.each([
    ['a variable', "env: [{ name: ORDERS_URL, value: 'http://orders-api/export' }]"],
    ['its arguments', "command: [curl, 'http://orders-api:80/export']"],
    ['the whole name', "env: [{ name: HOST, value: 'orders-api.default.svc.cluster.local' }]"],
  ])('is named where it calls that by %s', (_by, container) => {
    expect(notesFor(container)).toEqual([NOTE]);
  });

  it.each([
    ['another Service', "env: [{ name: URL, value: 'http://orders-api-v2/' }]"],
    ['nothing', 'args: [export]'],
  ])('is not named where it calls %s', (_what, container) => {
    expect(notesFor(container)).toEqual([]);
  });

  it('is not named for a Service of that name in its own namespace', () => {
    expect(notesFor("env: [{ name: URL, value: 'http://orders-api/' }]", 'reports')).toEqual([]);
    expect(notesFor("env: [{ name: URL, value: 'http://orders-api.default/' }]", 'reports')).toEqual([NOTE]);
  });

  it('is among the notes of the folder that is played', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'cron-job-notes-'));
    try {
      await writeFile(join(cwd, 'orders.yaml'), ORDERS);
      await writeFile(join(cwd, 'nightly.yaml'), cronJob("command: [curl, 'http://orders-api/export']"));
      const { stdin, stdout, stderr } = process;
      const { notes } = await readManifest(
        { paths: ['.'], workload: undefined },
        {},
        { stdin, stdout, stderr, env: {}, cwd },
      );
      expect(notes).toContain(NOTE);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  });
});
