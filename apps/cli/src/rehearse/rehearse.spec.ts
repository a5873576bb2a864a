import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearse } from './rehearse.js';

const manifestOf = (container: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: { name: hello }
spec:
  replicas: 1
  selector: { matchLabels: { app: hello } }
  template:
    metadata: { labels: { app: hello } }
    spec:
      containers:
        - name: hello
          image: hello:1
          ${container}
          ports: [{ containerPort: 8080 }]
          env: [{ name: PORT, value: '8080' }, { name: HELLO_KEY, valueFrom: { secretKeyRef: { name: hello, key: key } } }]
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
`;

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rehearse-'));
  await writeFile(join(cwd, 'whole.yaml'), manifestOf('command: [node, service.cjs]'));
  await writeFile(join(cwd, 'image.yaml'), manifestOf('imagePullPolicy: Always'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

/** A whole rehearsal is in test/rollout. */
describe('rehearse, from a test', () => {
  it('says what is missing before it starts anything', async () => {
    await expect(rehearse({ cwd, manifest: 'whole.yaml' })).rejects.toThrow(/HELLO_KEY comes from a Secret/);
    await expect(rehearse({ cwd, manifest: ['image.yaml'], env: { HELLO_KEY: 'x' } })).rejects.toThrow(
      /names no command.*command: 'node dist\/main\.js'/,
    );
    await expect(rehearse({ cwd, manifest: 'whole.yaml', workload: 'bye' })).rejects.toThrow(/Deployment hello/);
  });
});
