import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Gate } from '../../../../test/support/gate.js';
import { HttpClient } from '../../../../test/support/http-client.js';
import { processListeners } from '../../../../test/support/process-listeners.js';
import { setVariables } from '../../../../test/support/variables.js';
import { type Lifecycle, startLifecycle, withLifecycle } from './index.js';

/** A logger that keeps what it gets. */
class Lines {
  readonly all: string[] = [];
  readonly debug = (): void => undefined;
  readonly info = (line: unknown): void => void this.all.push(`info ${String(line)}`);
  readonly warn = (line: unknown): void => void this.all.push(`warn ${String(line)}`);
  readonly error = (line: unknown): void => void this.all.push(`error ${String(line)}`);
}

let lines: Lines;
let lifecycle: Lifecycle;

function start(options: Parameters<typeof startLifecycle>[0] = {}): Lifecycle {
  lifecycle = startLifecycle({ logger: lines, ...options });
  return lifecycle;
}

async function listening(handler: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer(handler);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

beforeEach(() => {
  lines = new Lines();
});
afterEach(async () => {
  await lifecycle.close();
});

describe('startLifecycle', () => {
  it('closes in order: requests and tasks first, then hooks by priority; and takes its listeners off', async () => {
    const before = processListeners();
    const steps: string[] = [];
    start();
    const gate = new Gate();
    const { server, url } = await listening((_request, response) => {
      void gate.pass().then(() => {
        response.end('served');
        steps.push('request');
      });
    });
    lifecycle.http(server);
    lifecycle.onShutdown('late', () => steps.push('late'), { priority: 80 });
    lifecycle.onShutdown(function early() {
      steps.push('early');
    });
    lifecycle.register('pool', { close: () => steps.push('pool') }, { priority: 90 });
    const task = new Gate();
    void lifecycle.track('import', async () => {
      await task.pass();
      steps.push('task');
    });
    const answer = new HttpClient(url).request({ path: '/orders' });
    await gate.reached();
    const closed = lifecycle.close();
    expect([lifecycle.isShuttingDown, lifecycle.signal.aborted, lifecycle.interruptSignal.aborted]).toEqual([
      true,
      true,
      false,
    ]);
    gate.open();
    expect((await answer).body).toBe('served');
    expect(steps).toEqual(['request']);
    task.open();
    const report = await closed;
    expect(steps).toEqual(['request', 'task', 'early', 'late', 'pool']);
    expect(report).toMatchObject({ outcome: 'clean', exitCode: 0, reason: 'close()', requests: { drained: 2 } });
    expect(report.hooks.map(({ name }) => name)).toEqual(['early', 'late', 'pool']);
    expect(server.listening).toBe(false);
    expect(processListeners()).toEqual(before);
  });

  it('says Connection: close from the signal on, and refuses what comes late where that is asked for', async () => {
    start({ lateRequests: 'refuse' });
    const { server, url } = await listening((_request, response) => response.end('served'));
    lifecycle.http(server);
    const gate = new Gate();
    void lifecycle.track('work', () => gate.pass());
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const said = new Gate();
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('}')) said.open();
    });
    await once(socket, 'connect');
    socket.write('GET /a HTTP/1.1\r\nHost: a\r\n\r\n');
    while (!text.includes('served')) await once(socket, 'data');
    const closed = lifecycle.close();
    await new Promise<void>((resolve) => {
      lifecycle.onPhase((phase) => (phase === 'draining' ? resolve() : undefined));
    });
    socket.write('GET /b HTTP/1.1\r\nHost: a\r\n\r\n');
    await said.pass();
    expect(text).toMatch(/served[^]*HTTP\/1\.1 503 [^]*Connection: close[^]*SHUTTING_DOWN/i);
    gate.open();
    expect(await closed).toMatchObject({ requests: { refused: 1 } });
    socket.destroy();
  });

  it('is ready at the end of the turn; with boot() when that is over; with a server when that listens', async () => {
    start();
    expect(lifecycle.phase).toBe('starting');
    const gate = new Gate();
    const server = createServer();
    const booted = lifecycle.boot(async () => {
      await gate.pass();
      lifecycle.http(server);
      return 'started';
    });
    await gate.reached();
    expect([lifecycle.phase, lifecycle.probes.startup().statusCode]).toEqual(['starting', 503]);
    gate.open();
    expect(await booted).toBe('started');
    expect([lifecycle.phase, (await lifecycle.probes.ready()).statusCode]).toEqual(['starting', 503]);
    await once(server.listen(0), 'listening');
    expect([lifecycle.phase, (await lifecycle.probes.ready()).statusCode]).toEqual(['ready', 200]);
    await expect(lifecycle.boot(() => undefined)).rejects.toMatchObject({ code: 'ILLEGAL_PHASE' });
    await lifecycle.close();
    expect([lifecycle.probes.live().statusCode, (await lifecycle.probes.ready()).statusCode]).toEqual([200, 503]);
  });

  it('lets go of a service whose boot has failed', async () => {
    const before = processListeners();
    start();
    await expect(lifecycle.boot(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database');
    expect(processListeners()).toEqual(before);
  });

  it('serves the probes on the server with health: true, ahead of its framework, and gives the server back', async () => {
    start({ health: true });
    const seen: (string | undefined)[] = [];
    const { server, url } = await listening((request, response) => {
      seen.push(request.url);
      response.end();
    });
    lifecycle.http(server);
    const status = async (path: string): Promise<number | undefined> =>
      (await new HttpClient(url).request({ path })).status;
    expect(await status('/health/ready')).toBe(200);
    expect(await status('/health/other')).toBe(200);
    const gate = new Gate();
    void lifecycle.track('work', () => gate.pass());
    const closed = lifecycle.close();
    gate.open();
    await closed;
    expect(seen).toEqual(['/health/other']);
    expect(Object.hasOwn(server, 'emit')).toBe(false);
  });

  it('serves the probes on a port of their own until it is closed', async () => {
    start({ probePort: 0 });
    await new Promise<void>((resolve) => {
      lifecycle.onPhase((phase) => (phase === 'ready' ? resolve() : undefined));
    });
    while (lifecycle.probePort === undefined) await new Promise((resolve) => setImmediate(resolve));
    const client = new HttpClient(`http://127.0.0.1:${lifecycle.probePort}`);
    expect((await client.request({ path: '/health/ready' })).status).toBe(200);
    await lifecycle.close();
    expect(lifecycle.probePort).toBeUndefined();
  });

  it('follows a further server of the same application, and reports one that it was not given', async () => {
    const handler: RequestListener = (_request, response) => void response.end('served');
    start();
    const first = await listening(handler);
    lifecycle.http({ server: first.server });
    const second = await listening(handler);
    await new HttpClient(second.url).request({ path: '/a' });
    expect(lifecycle.statistics()).toMatchObject({ served: 1 });
    await lifecycle.close();
    expect(second.server.listening).toBe(false);

    start();
    const unknown = await listening(handler);
    const report = await lifecycle.close();
    expect(report.unseen).toEqual([
      expect.stringMatching(/^requests of the HTTP server on port \d+ cannot be seen\. Type lifecycle\.http/),
    ]);
    await once(unknown.server.close(), 'close');
  });

  it('passes its lines to the logger that it was given, and says what is wrong in words of its own', async () => {
    start();
    await lifecycle.boot(() => undefined);
    await lifecycle.close();
    for (const text of ['info grace period 30s', 'info shutting down: close()', 'info stopped clean after']) {
      expect(lines.all.filter((line) => line.startsWith(text))).toHaveLength(1);
    }
    expect(() => startLifecycle({ gracePeriod: 'soon' as never })).toThrow(
      'startLifecycle() cannot start: 1 problem in its options.',
    );
    expect(() => lifecycle.http({} as never)).toThrow('lifecycle.http(fastify)');
    expect(() => lifecycle.onShutdown('flush', 5 as never)).toThrow("Type onShutdown('flush', flush)");
    expect(lifecycle.plan().map(({ what }) => what)).not.toContain('nest-hooks');
  });

  it('names functions without a name, and tells a hook that awaits its own end', async () => {
    start();
    lifecycle.onShutdown(() => undefined);
    lifecycle.onShutdown(async () => void (await lifecycle.close()));
    const { hooks, outcome } = await lifecycle.close();
    expect(hooks.map(({ name, result }) => `${name} ${result}`)).toEqual(['onShutdown 1 done', 'onShutdown 2 failed']);
    expect(outcome).toBe('failed');
  });
});

describe('withLifecycle', () => {
  it('runs one after the other in a process, and restores its listeners', async () => {
    const before = processListeners();
    for (const name of ['one', 'two']) {
      const steps: string[] = [];
      const result = await withLifecycle({ logger: lines }, (inner) => {
        lifecycle = inner;
        inner.onShutdown('hook', () => steps.push(`closed ${name}`));
        return name;
      });
      expect([result, steps, lifecycle.report?.outcome]).toEqual([name, [`closed ${name}`], 'clean']);
      expect(processListeners()).toEqual(before);
    }
  });

  it('closes when its function fails, and throws what that has thrown', async () => {
    const run = withLifecycle({ logger: lines }, (inner) => {
      lifecycle = inner;
      throw new Error('row 7 is broken');
    });
    await expect(run).rejects.toThrow('row 7 is broken');
    expect(lifecycle.report).toMatchObject({ outcome: 'failed', exitCode: 1 });
    expect(process.exitCode).toBeUndefined();
  });
});

describe('the configuration of a service without Nest', () => {
  const productionReadiness = {
    secrets: ['A_SECRET_OF_THIS_TEST'],
    checks: { debug: 'off', databases: 'off' },
  } as const;
  let undo: () => void;

  beforeEach(() => {
    undo = setVariables({ NODE_ENV: 'production', A_SECRET_OF_THIS_TEST: undefined });
  });
  afterEach(() => undo());

  it('keeps boot() from starting the work, and names what is wrong', async () => {
    const steps: string[] = [];
    start({ productionReadiness });
    lifecycle.productionReadiness.add('stock', () => 'there is none');
    const booting = lifecycle.boot(() => void steps.push('work'));
    await expect(booting).rejects.toThrow(/A_SECRET_OF_THIS_TEST: the variable is not set(.|\n)*stock: there is none/);
    expect(steps).toEqual([]);
    expect(lifecycle.productionReadiness.result?.notJudged.map(({ check }) => check)).toEqual([
      'cors',
      'shutdownHooks',
      'probes',
    ]);
  });

  it('is told of the start that goes on', async () => {
    start({ productionReadiness: { ...productionReadiness, inProduction: 'warn' } });
    expect(await lifecycle.boot(() => 'booted')).toBe('booted');
    expect(lines.all).toContainEqual(expect.stringMatching(/^warn .*configuration: secrets:A_SECRET_OF_THIS_TEST/));
  });
});
