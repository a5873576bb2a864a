import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { build } from '../support/build.js';
import { startFleetProgram } from '../support/fleet.js';
import type { Program } from '../support/program.js';
import { killAfterTest } from '../support/started-programs.js';

const ADMIN_TOKEN = 'only for this test, and only 32 or more characters';

/** A service behind the gateway, played by the test. */
class FakeService {
  readonly requests: string[] = [];
  readonly ids: (string | string[] | undefined)[] = [];
  /** What each request is answered, by default 200. */
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) => response.end('{}');

  private constructor(private readonly server: Server) {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      this.requests.push(`${request.method} ${request.url}`);
      this.ids.push(request.headers['x-request-id']);
      request.resume();
      this.answer(request, response);
    });
    killAfterTest({ kill: () => this.close() });
  }

  static async start(): Promise<FakeService> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakeService(server);
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the service has no port');
    return `http://127.0.0.1:${address.port}`;
  }

  answerStatus(...statuses: readonly number[]): void {
    const rest = [...statuses];
    this.answer = (_request, response) => response.writeHead(rest.shift() ?? statuses.at(-1) ?? 200).end('{}');
  }

  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}

interface World {
  readonly gateway: Program;
  readonly url: string;
  readonly auth: FakeService;
  readonly diagrams: FakeService;
}

async function start(env: Record<string, string> = {}): Promise<World> {
  const [auth, diagrams] = await Promise.all([FakeService.start(), FakeService.start()]);
  const urls = { AUTH_URL: auth.url, DIAGRAMS_URL: diagrams.url };
  const gateway = startFleetProgram('gateway/main.js', { ADMIN_TOKEN, ...urls, ...env });
  return { gateway, url: await gateway.url(), auth, diagrams };
}

const admin = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

async function breakerOf({ url }: World, service: string): Promise<unknown> {
  const answer = await fetch(`${url}/v1/admin/system/status`, admin);
  const { breakers } = (await answer.json()) as { breakers: Record<string, string> }; // of our own service
  return breakers[service];
}

describe('the gateway of the fleet', () => {
  beforeAll(() => build('fleet'));

  it('tries idempotent requests again, and no others', async () => {
    const { url, diagrams } = await start();
    diagrams.answerStatus(503, 200);
    expect((await fetch(`${url}/v1/diagrams/1`)).status).toBe(200);
    expect(diagrams.requests).toEqual(['GET /v1/diagrams/1', 'GET /v1/diagrams/1']);
    diagrams.answerStatus(503, 200);
    expect((await fetch(`${url}/v1/orders`, { method: 'POST', body: '{}' })).status).toBe(503);
    expect(diagrams.requests.slice(2)).toEqual(['POST /v1/orders']);
  });

  it('hands the id of a request on to every service, answers it, and logs it', async () => {
    const { gateway, url, auth, diagrams } = await start();
    const id = 'a-client-gave-this-id';
    const answer = await fetch(`${url}/v1/diagrams/1?token=secret`, { headers: { 'x-request-id': id } });
    expect(answer.headers.get('x-request-id')).toBe(id);
    expect([...auth.ids, ...diagrams.ids]).toEqual([id, id]);
    const [line] = await gateway.waitForLine(/.*"req":.*a-client-gave-this-id.*/);
    expect(JSON.parse(line)).toMatchObject({
      name: 'gateway',
      req: { id, method: 'GET', path: '/v1/diagrams/1' },
      res: { statusCode: 200 },
    });
    expect(gateway.output).not.toContain('secret');
  });

  it('lets nobody in whom auth does not know, and signs nobody out when auth has a problem', async () => {
    const { url, auth, diagrams } = await start();
    auth.answerStatus(401);
    expect((await fetch(`${url}/v1/diagrams/1`)).status).toBe(401);
    auth.answerStatus(500);
    expect((await fetch(`${url}/v1/diagrams/1`)).status).toBe(503);
    expect(diagrams.requests).toEqual([]);
  });

  it('opens the circuit breaker of a service that is away, and of no other', async () => {
    const world = await start();
    await world.diagrams.close();
    const post = async (): Promise<number> => (await fetch(`${world.url}/v1/orders`, { method: 'POST' })).status;
    const statuses = new Set<number>();
    for (let count = 0; count < 40; count += 1) statuses.add(await post());
    expect([...statuses]).toEqual([502, 503]);
    expect(await breakerOf(world, 'diagrams')).not.toBe('closed');
    expect(await breakerOf(world, 'auth')).toBe('closed');
    expect((await fetch(`${world.url}/v1/auth/session`)).status).toBe(200);
  });

  it('takes a client that leaves for no failure of the service', async () => {
    const world = await start();
    world.diagrams.answer = () => undefined;
    for (let count = 1; count <= 25; count += 1) {
      const leave = new AbortController();
      const answer = fetch(`${world.url}/v1/orders`, { method: 'POST', signal: leave.signal });
      const arrived = new Promise<void>((resolve) => (world.diagrams.answer = () => resolve()));
      await arrived;
      leave.abort();
      await expect(answer).rejects.toThrow();
    }
    world.diagrams.answerStatus(201);
    expect((await fetch(`${world.url}/v1/orders`, { method: 'POST' })).status).toBe(201);
    expect(await breakerOf(world, 'diagrams')).toBe('closed');
  });

  it('limits the requests of a token, and of an address that a proxy tells', async () => {
    const { url } = await start({ LIMIT_PER_USER: '3', LIMIT_PER_IP: '5', TRUSTED_PROXIES: '1' });
    const ask = async (token: string, address: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': `203.0.113.9, ${address}` };
      return (await fetch(`${url}/v1/diagrams/1`, { headers })).status;
    };
    const three = async (token: string, address: string): Promise<number[]> => [
      await ask(token, address),
      await ask(token, address),
      await ask(token, address),
    ];
    expect(await three('a', '198.51.100.1')).toEqual([200, 200, 200]);
    expect(await ask('a', '198.51.100.2')).toBe(429);
    expect(await three('b', '198.51.100.1')).toEqual([200, 200, 429]);
    expect(await ask('c', '198.51.100.3')).toBe(200);
  });

  it('answers origins of CORS_ORIGINS alone, and has the headers of helmet', async () => {
    const { url } = await start({ CORS_ORIGINS: 'https://a.example,https://b.example' });
    const preflight = (origin: string): Promise<Response> =>
      fetch(`${url}/v1/orders`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://b.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://b.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBe('true');
    expect((await preflight('https://c.example')).headers.get('access-control-allow-origin')).toBeNull();
    const { headers } = await fetch(`${url}/v1/diagrams/1`);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toContain('max-age');
  });
});

describe('a service of the fleet', () => {
  beforeAll(() => build('fleet'));

  it('does not start with wrong variables, and names those of every group at once', async () => {
    const wrong = { HEALTH_HISTORY_SIZE: '3', COST_DAILY_BUDGET: 'much', SHUTDOWN_GRACE_PERIOD: 'soon' };
    const { code, output } = await startFleetProgram('auth/main.js', wrong).exit;
    expect(code).toBe(1);
    expect(output).toContain('The service does not start: 3 problems in its variables.');
    for (const [name, value] of Object.entries(wrong)) expect(output).toContain(`  - ${name} is "${value}": `);
    expect(output).not.toContain('    at ');
  });

  it('does not start in production without its secrets, and names what is missing', async () => {
    const { code, output } = await startFleetProgram('gateway/main.js', { NODE_ENV: 'production' }).exit;
    expect(code).toBe(1);
    expect(output).toContain('The service does not start in production: ');
    expect(output).toContain('ADMIN_TOKEN');
    expect(output).not.toContain('listening on');
  });
});
