import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { itNeeds, netNamespaces, pidNamespaces } from '../../../../test/support/machine.js';
import { killAfterTest } from '../../../../test/support/started-programs.js';
import { type Bequest, bequeath } from './last-will.js';
import { type OutputLine, type PodProcess } from './pod-process.js';
import { type PodField } from '../scenario/scenario.js';
import { ProcessRuntime } from './process-runtime.js';

const forgotten = jest.fn();
jest.mock('./last-will.js', () => ({ bequeath: jest.fn<() => void, [Bequest]>(() => forgotten) }));

const STAYS = 'setInterval(() => {}, 1000); console.log("up", process.pid);';

interface RunOptions {
  readonly isPid1?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  readonly ports?: readonly number[];
  readonly podFields?: Readonly<Record<string, PodField>>;
  readonly isAlone?: boolean;
}

/** Runs JavaScript as a pod's service, and waits for its first lines. */
async function run(source: string, options: RunOptions = {}) {
  const { isPid1 = false, env = {}, ports = [], podFields = {}, isAlone = false } = options;
  const lines: OutputLine[] = [];
  let onLine = (): void => undefined;
  const runtime = new ProcessRuntime(() => undefined);
  const declared = ports.map((containerPort) => ({
    name: `port-${containerPort}`,
    containerPort,
    variable: `PORT_${containerPort}`,
    isTraffic: false,
  }));
  const service = {
    command: [process.execPath, '-e', source] as const,
    cwd: process.cwd(),
    env,
    podFields,
    ports: declared,
    ...(isAlone && { ownNetwork: { reason: 'for a test', outbound: [], asked: [9090] } }),
  };
  const reserved = await runtime.ports({ ...service, command: [...service.command] });
  killAfterTest({ kill: () => runtime.release(reserved) });
  const pod = await runtime.start({
    pod: 'v1-1',
    service: { ...service, command: [...service.command] },
    ports: reserved,
    isPid1,
    onLine: (line) => {
      lines.push(line);
      onLine();
    },
  });
  killAfterTest({ kill: () => killed(pod) });
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve) => {
      onLine = () => {
        const found = lines.find(({ line }) => pattern.test(line));
        if (found !== undefined) resolve(found.line);
      };
      onLine();
    });
  return { pod, lines, line, reserved };
}

async function killed(pod: PodProcess): Promise<void> {
  pod.kill();
  await pod.exit;
}

/** Where no init process collects orphans, as in some containers, a killed one stays as a zombie. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return !['', 'Z'].includes(stdout.trim().slice(0, 1));
}

describe('ProcessRuntime', () => {
  it('hands over signals, and tells exit codes', async () => {
    const { pod, line } = await run(`process.on('SIGTERM', () => process.exit(7)); ${STAYS}`);
    await line(/up/);
    pod.signal('SIGTERM');
    expect(await pod.exit).toEqual({ code: 7, signal: null });
    expect(pod.hasExited).toBe(true);
  });

  it('has a pod killed that would outlive this process, for as long as there is one', async () => {
    const { pod, line } = await run(STAYS);
    await line(/up/);
    expect(bequeath).toHaveBeenLastCalledWith({ group: pod.pid, mark: expect.stringContaining('=v1-1-') as string });
    forgotten.mockClear();
    pod.kill();
    await pod.exit;
    expect(forgotten).toHaveBeenCalledTimes(1);
  });

  it('says 143 of a service that SIGTERM ended, and 137 of one that was killed', async () => {
    const terminated = await run(STAYS);
    await terminated.line(/up/);
    terminated.pod.signal('SIGTERM');
    expect(await terminated.pod.exit).toEqual({ code: 143, signal: 'SIGTERM' });
    const stubborn = await run(`process.on('SIGTERM', () => {}); ${STAYS}`);
    await stubborn.line(/up/);
    stubborn.pod.signal('SIGTERM');
    stubborn.pod.kill();
    expect(await stubborn.pod.exit).toEqual({ code: 137, signal: 'SIGKILL' });
  });

  it('signals the top process only, and kills what it leaves behind once it has exited', async () => {
    const child = `process.on('SIGTERM', () => console.log('child heard it')); console.log('child', process.pid); setInterval(() => {}, 1000)`;
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      process.on('SIGTERM', () => setTimeout(() => process.exit(0), 100)); setInterval(() => {}, 1000);`;
    const { pod, line, lines } = await run(parent);
    const [, pid] = (await line(/^child \d+/)).split(' ');
    expect(isAlive(Number(pid))).toBe(true);
    pod.signal('SIGTERM');
    expect((await pod.exit).code).toBe(0);
    expect(isAlive(Number(pid))).toBe(false);
    expect(lines.map(({ line }) => line)).not.toContain('child heard it');
  });

  const itOnLinux = process.platform === 'linux' ? it : it.skip;
  itOnLinux('sees whether a service has a handler of its own, and of a process that has gone nothing', async () => {
    const { pod, line } = await run(
      `const stop = () => {}; process.on('SIGUSR2', stop);
       process.on('SIGHUP', () => { process.off('SIGUSR2', stop); console.log('removed'); }); ${STAYS}`,
    );
    await line(/up/);
    expect(pod.catches('SIGUSR2')).toBe(true);
    expect(pod.catches('SIGWINCH')).toBe(false);
    pod.signal('SIGHUP');
    await line(/removed/);
    expect(pod.catches('SIGUSR2')).toBe(false);
    pod.kill();
    await pod.exit;
    expect(pod.catches('SIGUSR2')).toBeUndefined();
  });

  itOnLinux('sees the ports that it and its children listen on', async () => {
    const listens = `const s = require('node:net').createServer().listen(0, () => console.log('port', s.address().port));`;
    const { pod, lines, line } = await run(
      `${listens} require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(listens)} + ' console.log("child")'], { stdio: 'inherit' })`,
    );
    await line(/child/);
    await line(/^port/);
    while (lines.filter(({ line }) => line.startsWith('port')).length < 2) await new Promise(setImmediate);
    const ports = lines.flatMap(({ line }) => (line.startsWith('port') ? [Number(line.split(' ')[1])] : []));
    expect(pod.listening()).toEqual(ports.toSorted((a, b) => a - b));
    pod.kill();
    await pod.exit;
    expect(pod.listening()).toBeUndefined();
  });

  itOnLinux('kills also what has left its process group', async () => {
    const child = `console.log('child', process.pid); setInterval(() => {}, 1000)`;
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit', detached: true }).unref();
      process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`;
    const { pod, line } = await run(parent);
    const [, pid] = (await line(/^child \d+/)).split(' ');
    expect(isAlive(Number(pid))).toBe(true);
    pod.signal('SIGTERM');
    await pod.exit;
    expect(isAlive(Number(pid))).toBe(false);
  });

  it('reads both streams by line, to the last one, and never lets the service wait', async () => {
    const { pod, lines } = await run(
      `process.stderr.write('one\\r\\ntwo\\n'); process.stdout.write('x'.repeat(3_000_000) + '\\nno end', () => process.exit(0))`,
    );
    expect(await pod.exit).toEqual({ code: 0, signal: null });
    expect(lines.filter(({ stream }) => stream === 'stderr').map(({ line }) => line)).toEqual(['one', 'two']);
    const [long = '', last] = lines.filter(({ stream }) => stream === 'stdout').map(({ line }) => line);
    expect(long).toMatch(/^x{4000}…$/);
    expect(last).toBe('no end');
  });

  it('gives every pod ports of its own, also in other variables that name them', async () => {
    const print =
      'console.log([process.env.PORT_3000, process.env.METRICS, process.env.OTHER, process.env.HOSTNAME].join(" "))';
    const { pod, lines } = await run(print, {
      ports: [3000, 9090],
      env: { METRICS: '9090', OTHER: '8080', PORT_3000: 'x' },
    });
    await pod.exit;
    const [port, metrics, other, host] = lines[0]?.line.split(' ') ?? [];
    expect(Number(port)).toBeGreaterThanOrEqual(20_000);
    expect(Number(metrics)).toBeGreaterThanOrEqual(20_000);
    expect(metrics).not.toBe(port);
    expect([other, host]).toEqual(['8080', 'v1-1']);
  });

  it('tells every pod its name and a uid of its own', async () => {
    const print = 'console.log(process.env.POD, process.env.UID_OF_POD)';
    const podFields = { POD: 'metadata.name', UID_OF_POD: 'metadata.uid' } as const;
    const pods = await Promise.all([run(print, { podFields }), run(print, { podFields })]);
    const said = await Promise.all(pods.map(({ line }) => line(/./)));
    for (const line of said) expect(line).toMatch(/^v1-1 [\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(new Set(said).size).toBe(2);
  });

  it('says why a program cannot be started', async () => {
    const start = new ProcessRuntime(() => undefined).start({
      pod: 'v1-1',
      service: { command: ['no-such-program'], cwd: process.cwd(), env: {}, ports: [] },
      ports: [],
      isPid1: false,
      onLine: () => undefined,
    });
    await expect(start).rejects.toThrow(/cannot start "no-such-program" in .*ENOENT/);
  });

  it('gives a command beside the service the ports of its pod', async () => {
    const { pod } = await run(STAYS, { ports: [3000] });
    const source = 'console.log(process.env.PORT_3000 === "localhost:3000".split(":")[1])';
    expect(await pod.exec([process.execPath, '-e', source], new AbortController().signal)).toEqual({
      code: 0,
      detail: 'exit code 0: true',
    });
  });

  it('runs commands beside the service, with its environment, until they are told to end', async () => {
    const { pod, line } = await run(STAYS, { env: { GREETING: 'hello' } });
    await line(/up/);
    const never = new AbortController();
    const node = process.execPath;
    expect(await pod.exec([node, '-p', 'process.env.GREETING'], never.signal)).toEqual({
      code: 0,
      detail: 'exit code 0: hello',
    });
    expect((await pod.exec([node, '-e', 'process.exit(3)'], never.signal)).code).toBe(3);
    expect((await pod.exec(['no-such-program'], never.signal)).detail).toMatch(/ENOENT/);
    const limit = new AbortController();
    const endless = pod.exec([node, '-e', STAYS], limit.signal);
    limit.abort();
    expect((await endless).code).toBeNull();
  });

  describe('in a network of its own', () => {
    const LISTENS = `require('node:http').createServer((_, response) => response.end('drained')).listen(process.env.PORT_3000, () => console.log('on', process.env.PORT_3000, process.pid));`;
    const asks = [
      process.execPath,
      '-e',
      `fetch('http://localhost:3000/').then((answer) => answer.text()).then(console.log)`,
    ] as const;

    itNeeds(netNamespaces, 'a service has the port of its container, and is asked there by commands', async () => {
      const options = { isAlone: true, ports: [3000] };
      const [one, other] = await Promise.all([run(LISTENS, options), run(LISTENS, options)]);
      expect(await one.line(/^on/)).toBe(`on 3000 ${one.pod.pid}`);
      await other.line(/^on/);
      expect(one.pod.listening()).toEqual([3000]);
      const { signal } = new AbortController();
      expect(await one.pod.exec([...asks], signal)).toEqual({ code: 0, detail: 'exit code 0: drained' });
      one.pod.signal('SIGTERM');
      expect(await one.pod.exit).toEqual({ code: 143, signal: 'SIGTERM' });
      expect((await other.pod.exec([...asks], signal)).code).toBe(0);
      expect(one.reserved.map(({ inside, variable }) => [inside, variable])).toEqual([
        [3000, 'PORT_3000'],
        [9090, undefined],
      ]);
    });

    const both = {
      name: `${pidNamespaces.name}, ${netNamespaces.name}`,
      isAvailable: pidNamespaces.isAvailable && netNamespaces.isAvailable,
    };
    itNeeds(both, 'a service can be pid 1 as well', async () => {
      const source = `process.on('SIGTERM', () => process.exit(7)); ${LISTENS}`;
      const { pod, line } = await run(source, { isAlone: true, isPid1: true, ports: [3000] });
      expect(await line(/^on/)).toBe('on 3000 1');
      expect((await pod.exec([...asks], new AbortController().signal)).code).toBe(0);
      pod.signal('SIGTERM');
      expect(await pod.exit).toEqual({ code: 7, signal: null });
    });
  });

  describe('as pid 1', () => {
    itNeeds(pidNamespaces, 'leaves SIGTERM unheard where the program has no handler, and SIGKILL ends it', async () => {
      const { pod, line } = await run(STAYS, { isPid1: true });
      expect(await line(/up/)).toBe('up 1');
      pod.signal('SIGTERM');
      // The kernel hands over signals in order of their numbers and drops this one at once: the command proves that it lives on.
      expect((await pod.exec([process.execPath, '-p', '1'], new AbortController().signal)).code).toBe(0);
      expect(pod.hasExited).toBe(false);
      pod.kill();
      expect(await pod.exit).toEqual({ code: 137, signal: 'SIGKILL' });
    });

    itNeeds(pidNamespaces, 'signals the service itself, and commands see it as pid 1', async () => {
      const { pod, line } = await run(`process.on('SIGTERM', () => process.exit(4)); ${STAYS}`, { isPid1: true });
      await line(/up 1/);
      await pod.exec(['sh', '-c', 'kill -TERM 1'], new AbortController().signal);
      expect(await pod.exit).toEqual({ code: 4, signal: null });
    });

    itNeeds(pidNamespaces, 'ends everything with the service', async () => {
      const child = `console.log('child'); setInterval(() => {}, 1000)`;
      const parent = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit', detached: true }).unref();
      process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000);`;
      const { pod, line } = await run(parent, { isPid1: true });
      await line(/^child/);
      pod.signal('SIGTERM');
      // Resolves only when the child has let go of the output as well.
      expect(await pod.exit).toEqual({ code: 0, signal: null });
    });
  });
});

describe('reserved ports', () => {
  it('are never handed out twice, and nothing listens there', async () => {
    const runtime = new ProcessRuntime(() => undefined);
    const port = { name: 'http', containerPort: 3000, variable: 'PORT', isTraffic: true };
    const service = { command: ['true'] as [string], cwd: '.', env: {}, ports: [port] };
    const [first] = await runtime.ports(service);
    // Another server takes what would be next.
    const taken = createServer().listen((first?.port ?? 0) + 1);
    await once(taken, 'listening');
    const [second] = await runtime.ports(service);
    taken.close();
    expect(second?.port).not.toBe(first?.port);
    expect(second?.port).not.toBe((first?.port ?? 0) + 1);
  });
});
