import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rehearse } from '../../apps/cli/src/rehearse/rehearse.js';

const SERVICE = `
  let isLeaving = false;
  const server = require('node:http').createServer((request, response) => {
    if (isLeaving) response.setHeader('connection', 'close');
    response.statusCode = isLeaving && request.url === '/ready' ? 503 : 200;
    response.end();
  }).listen(process.env.PORT);
  process.on('SIGTERM', () => {
    isLeaving = true;
    setTimeout(() => server.close(() => process.exit(0)).closeIdleConnections(), 1200);
  });
`;

const MANIFEST = `apiVersion: apps/v1
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
          command: [node, service.cjs]
          ports: [{ containerPort: 8080 }]
          env: [{ name: PORT, value: '8080' }, { name: HELLO_KEY, valueFrom: { secretKeyRef: { name: hello, key: key } } }]
          readinessProbe: { httpGet: { path: /ready, port: 8080 }, periodSeconds: 1 }
`;

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rehearse-'));
  await writeFile(join(cwd, 'service.cjs'), SERVICE);
  await writeFile(join(cwd, 'whole.yaml'), MANIFEST);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

describe('rehearse, from a test', () => {
  it('takes manifests, and requests as they are typed', async () => {
    const verdict = await rehearse({
      cwd,
      manifest: 'whole.yaml',
      env: { HELLO_KEY: 'x' },
      requests: ['GET /orders x3', 'POST /orders {"sku":1}'],
      endpointLag: '300ms',
      warmUp: '300ms',
      coolDown: 0,
      seed: 5,
      pid1: false,
    });
    expect(verdict).toMatchObject({ lost: [], isClean: true });
    expect(verdict.requests.answered).toBeGreaterThan(20);
  });
});
