import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { playRehearsal, type RehearsalOptions, StartFailure } from 'nestjs-lifecycle-rollout';
import { AGENT } from '../../libs/rollout/src/network/own/agent-program.js';
import { fixedPorts } from '../support/fixed-ports.js';
import { itNeeds, netNamespaces } from '../support/machine.js';
import { quickRehearsal } from '../support/quick-rehearsal.js';
import { killAfterTest } from '../support/started-programs.js';

/** Serves on the port in its first argument, whatever a variable says, and says who drained it. Before that it asks what is in `ASKS`. */
const SERVICE = `
  const { createServer } = require('node:http');
  const { connect } = require('node:net');
  const port = Number(process.argv[1]);
  let isLeaving = false;
  const ask = ([host, at, question, encoding]) => new Promise((resolve) => {
    const socket = connect(at, host, () => socket.write(Buffer.from(question, encoding)));
    socket.on('data', (data) => socket.end(() => resolve(data.toString().trim())));
    socket.on('error', (error) => resolve(error.message));
  });
  const serve = () => createServer((request, response) => {
    if (isLeaving) response.setHeader('connection', 'close');
    if (request.url === '/drain') { isLeaving = true; console.log('drained', process.env.HOSTNAME, request.headers['user-agent']); }
    response.statusCode = isLeaving && request.url === '/ready' ? 503 : 200;
    response.end();
  }).listen(port);
  (async () => {
    for (const one of JSON.parse(process.env.ASKS ?? '[]')) console.log('answer:', await ask(one));
    const server = serve();
    process.on('SIGTERM', () => {
      isLeaving = true;
      setTimeout(() => server.close(() => process.exit(0)).closeIdleConnections(), 1200);
    });
  })();
`;

/** Another program of this machine, and what it was asked. */
async function stranger(port: number): Promise<readonly string[]> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end();
  });
  server.on('connection', () => asked.push('a connection'));
  await once(server.listen(port), 'listening');
  killAfterTest({
    kill: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
  return asked;
}

/** A rehearsal of that service, on a port that another program has. */
async function onTakenPort(changes: Partial<RehearsalOptions> = {}) {
  const [port = 0] = await fixedPorts(1);
  const asked = await stranger(port);
  const usual = quickRehearsal('node', { preStop: 0, liveness: false, requests: undefined as never });
  const { requests: _none, env: _own, ...quick } = usual;
  const options: RehearsalOptions = {
    ...quick,
    command: [process.execPath, '-e', SERVICE, String(port)],
    ports: [{ containerPort: port }],
    readiness: { path: '/ready', period: '250ms', timeout: '5s', failureThreshold: 20 },
    ...changes,
  };
  return { port, asked, options };
}

const linesOf = ({ events }: Awaited<ReturnType<typeof playRehearsal>>, pattern: RegExp): string[] =>
  events.flatMap((event) =>
    event.type === 'log-written' && pattern.test(event.line) ? [`${event.pod}: ${event.line}`] : [],
  );

describe('pods with networks of their own', () => {
  itNeeds(netNamespaces, 'have the port that another program of the machine has, which hears of nothing', async () => {
    const { port, asked, options } = await onTakenPort();
    const fetchDrain = `fetch('http://localhost:${port}/drain', { headers: { 'user-agent': process.env.HOSTNAME } }).then(({ status }) => process.exit(status === 200 ? 0 : 1))`;
    const isAlive = `fetch('http://localhost:${port}/live').then(({ ok }) => process.exit(ok ? 0 : 1))`;
    const played = await playRehearsal({
      ...options,
      podNetwork: 'own',
      preStop: { exec: [process.execPath, '-e', fetchDrain] },
      liveness: { exec: [process.execPath, '-e', isAlive], period: '2s', timeout: '10s', failureThreshold: 20 },
    });
    expect(played.verdict.requests.answered).toBeGreaterThan(20);
    expect(played.verdict.notes).toContainEqual(
      expect.stringMatching(/^Each pod has a network of its own, as podNetwork says/),
    );
    const drained = linesOf(played, /^drained/).toSorted((one, other) => one.localeCompare(other));
    expect(drained).toEqual(['v1-1: drained v1-1 v1-1', 'v1-2: drained v1-2 v1-2']);
    const probes = played.events.filter((event) => event.type === 'probe-answered' && event.probe === 'liveness');
    expect(probes.some((event) => event.type === 'probe-answered' && event.isSuccess)).toBe(true);
    const exits = played.events.filter((event) => event.type === 'container-exited');
    expect(exits.map((exit) => exit.type === 'container-exited' && exit.code)).toEqual([0, 0]);
    expect(asked).toEqual([]);
  });

  itNeeds(netNamespaces, 'are given to a service that takes a port of its own choice, once that shows', async () => {
    const { port, asked, options } = await onTakenPort();
    const waiting: string[] = [];
    const { verdict, scenario } = await playRehearsal(options, { onWaiting: (text) => void waiting.push(text) });
    expect(verdict.requests.answered).toBeGreaterThan(20);
    expect(scenario.service.ownNetwork?.reason).toBe(
      `because the service listens on ${port}, whatever a variable says`,
    );
    expect(waiting).toContainEqual(expect.stringMatching(/^playing it again with a network of its own/));
    expect(asked).toEqual([]);
  });

  itNeeds(netNamespaces, 'are not played where somebody says so', async () => {
    const { options } = await onTakenPort({ podNetwork: 'shared' });
    await expect(playRehearsal(options)).rejects.toThrow(StartFailure);
  });

  itNeeds(netNamespaces, 'reach PostgreSQL and Redis on localhost, and name what they do not reach', async () => {
    const database = new URL(process.env['DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/test');
    const redis = new URL(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379');
    const [nobody = 0] = await fixedPorts(1);
    const asks = [
      // SSLRequest of PostgreSQL's protocol: the answer is S or N.
      [database.hostname, Number(database.port || 5432), '0000000804d2162f', 'hex'],
      ['localhost', Number(redis.port || 6379), 'PING\r\n', 'latin1'],
      ['127.0.0.1', nobody, 'x', 'latin1'],
    ];
    const { options } = await onTakenPort({ podNetwork: 'own', env: { ASKS: JSON.stringify(asks) } });
    const played = await playRehearsal(options);
    const answers = linesOf(played, /^answer:/).filter((line) => line.startsWith('v1-1'));
    expect(answers).toEqual([
      expect.stringMatching(/answer: [SN]$/),
      'v1-1: answer: +PONG',
      `v1-1: answer: connect ECONNREFUSED 127.0.0.1:${nobody}`,
    ]);
    expect(played.verdict.notes).toContainEqual(expect.stringContaining(`--outbound ${nobody}`));
  });

  for (const balancer of ['connection', 'request'] as const) {
    itNeeds(netNamespaces, `lose what pods of a shared network lose, behind a balancer by ${balancer}`, async () => {
      const play = (podNetwork: 'own' | 'shared') =>
        playRehearsal(
          quickRehearsal('node', {
            ...{ podNetwork, balancer, endpointLag: '2s', clients: 3, requestTimeout: '5s' },
            env: { FAULTS: 'closes-at-once,ready-to-the-end' },
          }),
        );
      for (const { verdict, records } of await Promise.all([play('shared'), play('own')])) {
        expect(verdict.faults).toContainEqual(expect.objectContaining({ code: 'listener-closed-early' }));
        // Which requests cross the end of a connection is a matter of luck, but each was refused or cut, and is explained by that.
        expect(verdict.lost.filter(({ cause }) => cause === 'unexplained')).toEqual([]);
        const fates = records.map(({ fate }) => fate);
        expect(fates).toEqual(expect.arrayContaining(['answered', 'refused', 'black-hole']));
        expect(fates).not.toContain('timeout');
      }
    });
  }

  itNeeds(netNamespaces, 'leave no process behind', async () => {
    expect(agentsOf(process.pid)).toEqual([]);
  });
});

/** The processes in networks of pods that this one has started. */
function agentsOf(pid: number): readonly string[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').split(' ').filter(Boolean);
  return children.filter((child) => {
    try {
      return readFileSync(`/proc/${child}/cmdline`, 'latin1').includes(AGENT);
    } catch {
      // It has ended in between.
      return false;
    }
  });
}
