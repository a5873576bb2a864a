import { once } from 'node:events';
import { createServer, get, type IncomingHttpHeaders, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Script } from 'node:vm';
import { endedReport } from '../../../../test/support/ended-report.js';
import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventStream } from '../events/event-stream.js';
import { InFlightWork } from '../in-flight/in-flight-work.js';
import { WorkSet } from '../in-flight/work-set.js';
import { WorkSources } from '../in-flight/work-sources.js';
import { type Phase } from '../phase/phase.js';
import { type ShutdownReport } from '../report/shutdown-report.js';
import { LivePage } from './live-page.js';
import { PAGE, PAGE_POLICY } from './page.js';
import { PAGE_SCRIPT } from './page-script.js';

interface Sent {
  readonly event: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** Reads a stream of events until its end, or until nobody asks any more. */
class Stream {
  #text = '';
  #ended = false;
  #wake = (): void => undefined;

  constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    response.on('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next state; `undefined` at the end of the stream. */
  async next(): Promise<Sent | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1 && this.#ended) return undefined;
      if (end === -1) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(this.#text.slice(0, end)) ?? [];
      this.#text = this.#text.slice(end + 2);
      if (event !== undefined && data !== undefined) return { event, state: JSON.parse(data) as Sent['state'] };
    }
  }
}

describe('LivePage', () => {
  let clock: ManualClock;
  let events: EventStream;
  let work: WorkSet;
  let server: Server;
  let reads: number;
  const phases: { current: Phase } = { current: 'ready' };
  const sequence = {
    report: undefined as ShutdownReport | undefined,
    hasBegun: false,
    remainingMs: 28_000,
    elapsedMs: 0,
    waitingFor: [] as string[],
    hookCounts: { total: 2, done: 0 },
  };

  beforeEach(async () => {
    clock = new ManualClock();
    events = new EventStream(clock);
    reads = 0;
    phases.current = 'ready';
    Object.assign(sequence, { report: undefined, hasBegun: false, waitingFor: [] });
    const inFlight = new InFlightWork();
    const sources = new WorkSources(inFlight, () => undefined);
    work = new WorkSet(inFlight.settled);
    sources.add(Object.assign(work, { name: 'HTTP requests' }));
    const counted = Object.assign(Object.create(inFlight) as InFlightWork, {
      active: () => {
        reads += 1;
        return inFlight.active();
      },
    });
    const page = new LivePage({
      clock,
      events,
      settings: { budgetMs: 28_000 },
      phases,
      inFlight: counted,
      sources,
      sequence,
    });
    server = createServer((request, response) => {
      void page.answer(request, response).then((isOurs) => {
        if (!isOurs) response.writeHead(404).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const portOf = (): number => (server.address() as AddressInfo).port;

  const ask = async (
    headers: IncomingHttpHeaders = {},
    path = '/lifecycle',
    method = 'GET',
  ): Promise<IncomingMessage> => {
    const request = get({ port: portOf(), host: '127.0.0.1', path, method, headers, agent: false });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response;
  };

  const watch = async (): Promise<Stream> => new Stream(await ask({ accept: 'text/event-stream' }));
  const request = (name: string) =>
    work.add({ kind: 'response', startedAt: clock.now(), describe: () => ({ name, correlationId: 'secret-id' }) });

  it('serves a page whose policy allows its own script, style and stream, and nothing else', async () => {
    const response = await ask();
    expect(response.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(PAGE_POLICY).toContain("default-src 'none'");
    expect(await text(response)).toBe(PAGE);
    expect((await ask({}, '/lifecycle?x', 'HEAD')).statusCode).toBe(200);
    expect(() => new Script(PAGE_SCRIPT)).not.toThrow();
  });

  it.each([
    ['another path', {}, '/lifecycles', 'GET'],
    ['another method', {}, '/lifecycle', 'POST'],
    ['a request that a proxy hands on', { 'x-forwarded-for': '10.0.0.1' }, '/lifecycle', 'GET'],
    ['a name of another site that leads here', { host: 'evil.example:9000' }, '/lifecycle', 'GET'],
  ])('is not there for %s', async (_what, headers, path, method) => {
    expect((await ask(headers, path, method)).statusCode).toBe(404);
    expect((await ask({ ...headers, accept: 'text/event-stream' }, path, method)).statusCode).toBe(404);
  });

  it.each(['localhost', '[::1]:9000', '127.0.0.1', 'LOCALHOST:9000'])('is there by the name %s', async (host) => {
    expect((await ask({ host })).statusCode).toBe(200);
  });

  it('sends what is going on at once, and again while it is looked at', async () => {
    request('GET /orders/:id');
    request('GET /orders/:id');
    request('GET /\u202Ea');
    const stream = await watch();
    expect(await stream.next()).toMatchObject({
      event: 'state',
      state: {
        phase: 'ready',
        isLeaving: false,
        budgetMs: 28_000,
        inFlight: 3,
        work: {
          rows: [
            { kind: 'response', name: 'GET /orders/:id', count: 2, oldestMs: 0 },
            { kind: 'response', name: String.raw`GET /\u202ea`, count: 1 },
          ],
          more: 0,
        },
        sources: { rows: [{ name: 'HTTP requests', inFlight: 3 }] },
      },
    });
    await clock.advance(1000);
    expect((await stream.next())?.state).toMatchObject({ work: { rows: [{ oldestMs: 1000 }, {}] } });
  });

  it('says nothing of what requests are known by elsewhere', async () => {
    request('GET /');
    sequence.waitingFor = ['GET / (secret-id)'];
    phases.current = 'draining';
    expect(JSON.stringify(await (await watch()).next())).not.toContain('secret-id');
  });

  it('reads nothing while nobody looks, and nothing more once the last one has gone', async () => {
    events.emit({ type: 'phase-changed', phase: 'lame-duck' });
    await clock.advance(60_000);
    expect(reads).toBe(0);
    const stream = await watch();
    await stream.next();
    expect(reads).toBe(1);
    const gone = once(stream.response, 'close');
    stream.response.destroy();
    await gone;
    await serverConnectionsGone(server);
    await clock.advance(60_000);
    expect(reads).toBeLessThanOrEqual(2);
  });

  it('knows the hooks that were called before somebody looked', async () => {
    const hook = { name: 'Ledger.close', phase: 'closing', priority: 80 } as const;
    events.emit({ type: 'hook-started', ...hook, allowedMs: 5000 });
    events.emit({ type: 'hook-started', ...hook, name: 'Outbox.flush', allowedMs: 5000 });
    events.emit({ type: 'hook-settled', ...hook, durationMs: 12.4, result: 'done' });
    expect((await (await watch()).next())?.state).toMatchObject({
      hooks: {
        done: 0,
        total: 2,
        rows: [
          { name: 'Ledger.close', place: 'closing 80', state: 'done', durationMs: 12 },
          { name: 'Outbox.flush', state: 'running' },
        ],
      },
    });
  });

  it('tells of a turn full of events in one state', async () => {
    const stream = await watch();
    await stream.next();
    for (let index = 0; index < 50; index += 1)
      events.emit({ type: 'nest-hook-settled', name: `A${index}.onModuleDestroy`, durationMs: 1, result: 'done' });
    await clock.advance(0);
    expect((await stream.next())?.state).toMatchObject({ hooks: { rows: { length: 50 } } });
    expect(reads).toBe(2);
  });

  it('says in the tick of the end how it ended, and ends the stream', async () => {
    const stream = await watch();
    await stream.next();
    events.emit({ type: 'shutdown-ended', report: endedReport({ outcome: 'forced', exitCode: 137 }) });
    expect(await stream.next()).toMatchObject({
      event: 'end',
      state: { end: { outcome: 'forced', exitCode: 137, durationMs: 6500, interrupted: 0 } },
    });
    expect(await stream.next()).toBeUndefined();
  });

  it('says so as well to those that come behind it', async () => {
    sequence.report = endedReport();
    const stream = await watch();
    expect(await stream.next()).toMatchObject({ event: 'end', state: { end: { outcome: 'clean' } } });
  });

  it('has room for a few, and refuses more', async () => {
    const streams = await Promise.all(Array.from({ length: 8 }, watch));
    expect(streams.map(({ response }) => response.statusCode)).toEqual(Array(8).fill(200));
    expect((await ask({ accept: 'text/event-stream' })).statusCode).toBe(503);
  });
});

async function text(response: IncomingMessage): Promise<string> {
  let whole = '';
  for await (const part of response.setEncoding('utf8')) whole += String(part);
  return whole;
}

/** Resolves once the server has noticed that its connections are gone. */
async function serverConnectionsGone(server: Server): Promise<void> {
  for (;;) {
    const count = await new Promise<number>((resolve) => server.getConnections((_error, found) => resolve(found)));
    if (count === 0) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
