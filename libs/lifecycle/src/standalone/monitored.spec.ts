import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { ManualClock, promisesSettled } from '../../../../test/support/manual-clock.js';
import { healthSchema, schemaProblems } from '../../../../test/support/report-schema.js';
import { replaceClock } from '../deadline/clock.js';
import { type Lifecycle, startLifecycle } from './index.js';

describe('the health monitor of a service without Nest', () => {
  let clock: ManualClock;
  let restoreClock: () => void;
  let lines: string[];

  beforeEach(() => {
    clock = new ManualClock();
    restoreClock = replaceClock(clock);
    lines = [];
  });
  afterEach(() => restoreClock());

  const keep = (line: unknown): void => void lines.push(String(line));
  const logger = { debug: (): void => undefined, info: keep, warn: keep, error: keep };

  /** The clock has to move while a service closes. */
  async function close(lifecycle: Lifecycle): Promise<void> {
    const state = { isClosed: false };
    void lifecycle.close().then(() => (state.isClosed = true));
    while (!state.isClosed) await clock.advance(50);
  }

  async function pageOf({ probePort }: Lifecycle): Promise<object> {
    const asked = get({ port: probePort, host: '127.0.0.1', path: '/health/detailed', agent: false });
    const body = await new Promise<string>((resolve, reject) => {
      asked.on('response', (response) => void text(response).then(resolve, reject)).on('error', reject);
    });
    // JSON, and an object: the schema says what is in it.
    return JSON.parse(body) as object;
  }

  async function started(lifecycle: Lifecycle): Promise<void> {
    while (lifecycle.phase !== 'ready' || lifecycle.probePort === undefined) await promisesSettled();
  }

  it('checks what add() was given, alerts, sheds readiness and comes back, and shows its page', async () => {
    const options = { probePort: 0, healthMonitor: { shed: true }, healthCheckInterval: '10s' } as const;
    const lifecycle = startLifecycle({ logger, readiness: { cacheFor: 0 }, ...options });
    let isUp = true;
    let calls = 0;
    lifecycle.monitor.add('broker', () => {
      calls += 1;
      return isUp;
    });
    await started(lifecycle);
    await clock.advance(10_000);
    expect((await lifecycle.probes.ready()).statusCode).toBe(200);
    isUp = false;
    await clock.advance(50_000);
    expect((await lifecycle.probes.ready()).statusCode).toBe(503);
    expect(lines).toEqual(
      expect.arrayContaining([
        'health of broker: score 0.6 is below 0.8, 2 of the last 5 checks failed: its check returned false',
        'not ready (health-score): the score was below 0.5 in 3 rounds in a row, 0 in the last',
      ]),
    );
    const page = await pageOf(lifecycle);
    expect(schemaProblems(page, healthSchema, 'health')).toEqual([]);
    expect(page).toMatchObject({ status: 'down', isShed: true, components: [{ name: 'broker', status: 'down' }] });
    isUp = true;
    await clock.advance(60_000);
    expect((await lifecycle.probes.ready()).statusCode).toBe(200);
    const before = calls;
    await close(lifecycle);
    await clock.advance(60_000);
    expect(calls).toBe(before);
  });
});
