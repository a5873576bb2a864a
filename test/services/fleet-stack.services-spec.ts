import { randomUUID } from 'node:crypto';
import { build } from '../support/build.js';
import { startFleet } from '../support/fleet.js';
import type { Program } from '../support/program.js';

const ADMIN_TOKEN = 'only for this test, and only 32 or more characters';
const EMAIL = `anna-${randomUUID()}@example.com`;
const PASSWORD = randomUUID();

const ENV = {
  ADMIN_TOKEN,
  LOG_LEVEL: 'info',
  // Ten exports of $0.01; the ninth is 0.9 of it.
  COST_DAILY_BUDGET: '0.1',
  LIMIT_UPLOAD_BYTES: '1000',
  EXPORT_MS: '0',
  HEALTH_CHECK_INTERVAL: '1s',
  SHUTDOWN_LAME_DUCK: '0s',
};

interface FleetStatus {
  readonly services: readonly {
    readonly name: string;
    readonly instances: readonly { readonly inFlight: number; readonly score: number | null }[];
  }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

describe('the stack of the fleet', () => {
  let fleet: Program;
  let url: string;
  let token: string;
  let diagram: string;

  beforeAll(async () => {
    build('fleet');
    fleet = startFleet(['--replicas', '1'], ENV);
    [, url = ''] = await fleet.waitForLine(/the gateway listens at (\S+)/, 110_000);
    const credentials = { email: EMAIL, password: PASSWORD };
    expect(await post('/v1/auth/users', credentials)).toMatchObject({ status: 201 });
    ({ token } = (await post('/v1/auth/sessions', credentials)).body as { token: string });
    diagram = ((await post('/v1/diagrams', { title: 'one' })).body as { id: string }).id;
  }, 120_000);

  async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
    const answer = await fetch(`${url}${path}`, { ...init, headers });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  function post(path: string, json?: object): Promise<Answer> {
    const body = json && { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } };
    return ask(path, { method: 'POST', ...body });
  }

  const admin = { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } };

  function upload(bytes: number): Promise<Answer> {
    const body = new FormData();
    body.set('image', new Blob([new Uint8Array(bytes)]), 'image.bin');
    return ask(`/v1/diagrams/${diagram}/images`, { method: 'POST', body });
  }

  it('charges a user until the budget of the day is used up: a warning, critical, 402', async () => {
    const levels: (string | null)[] = [];
    for (let count = 1; count <= 10; count += 1) {
      const { status, headers } = await post(`/v1/diagrams/${diagram}/exports`);
      expect(status).toBe(202);
      levels.push(headers.get('x-budget'));
    }
    expect(levels).toEqual([...Array.from({ length: 7 }, () => 'ok'), 'warning', 'critical', 'exceeded']);
    const { status, body } = await post(`/v1/diagrams/${diagram}/exports`);
    expect(status).toBe(402);
    expect(body).toMatchObject({ code: 'BUDGET_EXCEEDED', level: 'exceeded', limit: 0.1, spent: 0.1, remaining: 0 });
    expect(body).toHaveProperty('resetAt', expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00.000Z$/));
    expect(await ask('/v1/budget/status')).toMatchObject({ status: 200, body: { level: 'exceeded', spent: 0.1 } });
    // What costs nothing is served on, and so are probes.
    expect(await ask(`/v1/diagrams/${diagram}`)).toMatchObject({ status: 200, body: { title: 'one' } });
    expect(await ask('/health/ready')).toMatchObject({ status: 200 });
  });

  it('gives back what was charged for something that failed, and refuses an upload that is too large', async () => {
    const credentials = { email: `bob-${randomUUID()}@example.com`, password: PASSWORD };
    await post('/v1/auth/users', credentials);
    const [anna, annas] = [token, diagram];
    ({ token } = (await post('/v1/auth/sessions', credentials)).body as { token: string });
    try {
      // Anna's diagram is none of Bob's.
      expect(await post(`/v1/diagrams/${diagram}/exports`)).toMatchObject({ status: 404 });
      expect(await ask(`/v1/diagrams/${diagram}/edits`)).toMatchObject({ status: 404 });
      diagram = ((await post('/v1/diagrams', { title: 'two' })).body as { id: string }).id;
      expect(await upload(2000)).toMatchObject({ status: 413 });
      expect(await ask('/v1/budget/status')).toMatchObject({ body: { level: 'ok', spent: 0 } });
      expect(await upload(500)).toMatchObject({ status: 201, body: { bytes: 500 } });
      expect(await ask('/v1/budget/status')).toMatchObject({ body: { spent: 0.002 } });
    } finally {
      [token, diagram] = [anna, annas];
    }
  });

  it('shows health in detail to administrators alone', async () => {
    expect(await ask('/health/detailed')).toMatchObject({ status: 401 });
    const { status, body } = await ask('/health/detailed', admin);
    expect(status).toBe(200);
    expect(body).toMatchObject({ phase: 'ready', components: [], alerts: { active: [] } });
    for (const field of ['status', 'score', 'uptimeSeconds']) expect(body).toHaveProperty(field);
  });

  it('shows the status of every instance of the fleet to administrators alone', async () => {
    expect(await ask('/v1/admin/system/status')).toMatchObject({ status: 401 });
    const { body } = await ask('/v1/admin/system/status', admin);
    const { services, ...rest } = body as FleetStatus; // of our own service
    expect(rest).toEqual({ status: 'up', breakers: { auth: 'closed', diagrams: 'closed' } });
    expect(services.map(({ name }) => name)).toEqual(['auth', 'diagrams', 'worker', 'gateway']);
    for (const { name, instances } of services) {
      expect(instances).toMatchObject([{ isReady: true, phase: 'ready' }]);
      for (const { inFlight, score } of instances) {
        expect(inFlight).toBeGreaterThanOrEqual(name === 'gateway' ? 1 : 0);
        // The gateway has no component that could be unwell.
        expect(score === null).toBe(name === 'gateway');
      }
    }
  });

  it('shows the environment to administrators alone, without its secrets', async () => {
    expect(await ask('/v1/admin/system/environment')).toMatchObject({ status: 401 });
    const { status, body } = await ask('/v1/admin/system/environment', admin);
    expect(status).toBe(200);
    const text = JSON.stringify(body);
    expect(text).toContain('COST_DAILY_BUDGET');
    expect(text).not.toContain(ADMIN_TOKEN);
    expect(body).toHaveProperty('production');
  });

  it('logs each request once in each service it came to, without personal data', async () => {
    const id = randomUUID();
    const headers = { 'x-request-id': id };
    expect(await ask(`/v1/diagrams/${diagram}?email=${EMAIL}`, { headers })).toMatchObject({ status: 200 });
    for (const service of ['gateway', 'auth', 'diagrams'])
      await fleet.waitForLine(new RegExp(`^${service}-1 \\| .*"req":\\{"id":"${id}","method":"GET"`, 'm'));
    for (const secret of [EMAIL, PASSWORD, token, ADMIN_TOKEN]) expect(fleet.output).not.toContain(secret);
    expect(fleet.output).not.toMatch(/"req":[^\n]*health/);
  });

  it('signs out at once, and stops clean at Ctrl-C', async () => {
    expect(await ask('/v1/auth/session')).toMatchObject({ status: 200 });
    expect(await ask('/v1/auth/session', { method: 'DELETE' })).toMatchObject({ status: 204 });
    expect(await ask(`/v1/diagrams/${diagram}`)).toMatchObject({ status: 401 });
    fleet.signal('SIGINT');
    const { code, output } = await fleet.exit;
    expect(output).toContain('Nothing was lost, and nothing is half.');
    expect(code).toBe(0);
  });
});
