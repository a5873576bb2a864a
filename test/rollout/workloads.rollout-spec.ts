import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  jsonReport,
  playWorkloads,
  textReport,
  type WorkloadOptions,
  type WorkloadsOptions,
} from 'nestjs-lifecycle-rollout';
import { rehearsalProblems } from '../support/rehearsal-schema.js';

const SERVICE = `
const http = require('node:http');
const { UPSTREAM, LAME_DUCK_MS = '1500', VIA = 'http' } = process.env;
let isLeaving = false;
const agent = new http.Agent({ keepAlive: true });
const ask = (url) => VIA === 'fetch'
  ? fetch(url).then(async (answer) => (await answer.text(), answer.status))
  : new Promise((resolve, reject) => {
      http.get(url, { agent }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode)).on('error', reject)).on('error', reject);
    });
const server = http.createServer(async (request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  if (request.url === '/ready') return response.writeHead(isLeaving ? 503 : 200).end();
  try {
    for (const url of (UPSTREAM ?? '').split(' ').filter(Boolean)) {
      const status = await ask(url + request.url);
      if (status >= 500) throw new Error(url + ' answered ' + status);
    }
    response.end('ok');
  } catch (error) {
    response.writeHead(502).end(String(error.cause ?? error));
  }
}).listen(process.env.PORT);
process.on('SIGTERM', () => {
  isLeaving = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, Number(LAME_DUCK_MS));
});
`;

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'workloads-'));
  await writeFile(join(cwd, 'service.cjs'), SERVICE);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

function workload(env: Record<string, string>, changes: Partial<WorkloadOptions> = {}): WorkloadOptions {
  return {
    command: ['node', 'service.cjs'],
    cwd,
    env,
    ports: [{ containerPort: 3000 }],
    replicas: 2,
    maxSurge: 2,
    maxUnavailable: 0,
    gracePeriod: '6s',
    readiness: { path: '/ready', period: '250ms', timeout: '5s', failureThreshold: 20 },
    liveness: false,
    ...changes,
  };
}

const QUICK: Omit<WorkloadsOptions, 'workloads'> = {
  nodes: 2,
  endpointLag: 500,
  warmUp: '500ms',
  coolDown: '300ms',
  seed: 20_261_130,
};

/** A gateway that asks auth for every request. */
function gatewayAndAuth(gateway: Record<string, string>, auth: Record<string, string>) {
  return {
    gateway: workload(
      { UPSTREAM: 'http://auth:3000', ...gateway },
      { requests: ['/orders'], rate: 30, clients: 4, keepAliveShare: 0 },
    ),
    auth: workload(auth),
  };
}

describe('several workloads', () => {
  it.each(['http', 'fetch'])(
    'name the backend whose stop lost what the gateway could not answer, over %s',
    async (VIA) => {
      const run = await playWorkloads({ ...QUICK, workloads: gatewayAndAuth({ VIA }, { LAME_DUCK_MS: '0' }) });
      const { verdict } = run;
      expect(verdict.requests.lost).toBeGreaterThan(0);
      const traced = verdict.lost.filter(({ through }) => through !== undefined);
      expect(traced.length).toBeGreaterThan(0);
      for (const { workload, through } of traced) {
        expect(workload).toBe('auth');
        expect(through?.pod).toMatch(/^auth-v1-\d$/);
        expect(through?.record.caller?.workload).toBe('gateway');
      }
      expect(
        verdict.faults.filter(({ severity, workload }) => severity === 'error' && workload === 'auth'),
      ).not.toEqual([]);
      expect(verdict.calls).toMatchObject([{ from: 'gateway', to: 'auth' }]);
      expect(textReport(run)).toMatch(/✕ auth: /);
      expect(rehearsalProblems(JSON.parse(jsonReport(run, { withFacts: true })))).toEqual([]);
    },
  );

  it('lose nothing where each serves until none asks it any more, rolled at once', async () => {
    const workloads = gatewayAndAuth({ VIA: 'http' }, {});
    const { verdict } = await playWorkloads({ ...QUICK, rolled: 'together', workloads });
    expect(verdict).toMatchObject({ lost: [], isClean: true, update: 'complete' });
    expect(verdict.calls?.[0]?.counts.answered).toBeGreaterThan(50);
  });

  it('name a Service that is not there', async () => {
    const workloads = gatewayAndAuth({ UPSTREAM: 'http://auth:3000 http://billing:8080' }, {});
    const { verdict } = await playWorkloads({ ...QUICK, workloads });
    expect(verdict.isClean).toBe(false);
    expect(verdict.faults[0]).toMatchObject({ code: 'unknown-service', severity: 'error' });
    expect(verdict.faults[0]?.evidence).toContain('billing');
  });
});
