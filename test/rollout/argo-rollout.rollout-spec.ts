import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { htmlReport, jsonReport, playRehearsal, type RehearsalOptions } from 'nestjs-lifecycle-rollout';
import { rehearsalProblems } from '../support/rehearsal-schema.js';

/** A service that stops in good order, or at once. */
const SERVICE = `
const http = require('node:http');
let isLeaving = false;
const server = http.createServer((request, response) => {
  if (isLeaving) response.setHeader('connection', 'close');
  if (request.url === '/ready') return response.writeHead(isLeaving ? 503 : 200).end();
  response.end('ok');
}).listen(process.env.PORT);
process.on('SIGTERM', () => {
  if (process.env.STOP === 'at-once') process.exit(0);
  isLeaving = true;
  setTimeout(() => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }, 2000);
});
`;

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'rollout-'));
  await writeFile(join(cwd, 'service.cjs'), SERVICE);
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

function options(changes: Partial<RehearsalOptions>): RehearsalOptions {
  return {
    command: ['node', 'service.cjs'],
    cwd,
    replicas: 2,
    maxSurge: 1,
    maxUnavailable: 0,
    gracePeriod: '6s',
    readiness: { path: '/ready', period: '250ms', timeout: '5s' },
    liveness: false,
    nodes: 2,
    endpointLag: 500,
    warmUp: '500ms',
    coolDown: '300ms',
    seed: 20_261_201,
    ...changes,
  };
}

describe('a Rollout of Argo', () => {
  it('is played in its steps: requests go to pods of both revisions in a pause, and nothing is lost', async () => {
    const rehearsal = await playRehearsal(options({ argoRollout: { steps: [{ setWeight: 50 }, { pause: '2s' }] } }));
    const { events, records, verdict } = rehearsal;
    expect(verdict).toMatchObject({ isClean: true, update: 'complete' });
    const steps = events.flatMap((event) => (event.type === 'rollout-step-started' ? [event] : []));
    expect(steps.map(({ step }) => step)).toEqual(['setWeight 50', 'pause 2 s']);
    const fullAt = events.findLast(({ type }) => type === 'pod-created')?.at ?? 0;
    const since = steps.at(-1)?.at ?? Infinity;
    const attempts = records.flatMap((record) => record.attempts.filter(({ at }) => at > since && at < fullAt));
    expect(new Set(attempts.map(({ pod }) => pod.slice(0, 2)))).toEqual(new Set(['v1', 'v2']));
    expect(htmlReport({ run: rehearsal })).toContain('setWeight 50, pause 2 s');
    expect(rehearsalProblems(JSON.parse(jsonReport(rehearsal)))).toEqual([]);
  });

  it('is switched from blue to green: no new connection goes to an old pod after that', async () => {
    const blueGreen = { scaleDownDelay: '2s' };
    const rehearsal = await playRehearsal(options({ argoRollout: { blueGreen }, keepAliveShare: 0, clients: 0 }));
    const { events, records, verdict } = rehearsal;
    expect(verdict).toMatchObject({ isClean: true, update: 'complete', smallestReady: 2 });
    const switchedAt = events.find(({ type }) => type === 'service-switched')?.at ?? Infinity;
    const learnedAt = events.findLast(({ type }) => type === 'node-learned')?.at ?? Infinity;
    expect(learnedAt).toBeGreaterThan(switchedAt);
    const opened = records.flatMap(({ attempts }) =>
      attempts.map(({ pod, at }) => ({ revision: pod.slice(0, 2), at })),
    );
    expect(new Set(opened.filter(({ at }) => at < switchedAt).map(({ revision }) => revision))).toEqual(
      new Set(['v1']),
    );
    expect(new Set(opened.filter(({ at }) => at > learnedAt).map(({ revision }) => revision))).toEqual(new Set(['v2']));
  });

  it('loses what its canary pods do not stop in order', async () => {
    const { verdict } = await playRehearsal(
      options({ argoRollout: { steps: [{ setWeight: 50 }, { pause: '1s' }] }, env: { STOP: 'at-once' } }),
    );
    expect(verdict.isClean).toBe(false);
    expect(verdict.lost.length).toBeGreaterThan(0);
  });
});
