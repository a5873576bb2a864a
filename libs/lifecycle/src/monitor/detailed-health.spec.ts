import { ManualClock } from '../../../../test/support/manual-clock.js';
import { healthSchema, schemaProblems } from '../../../../test/support/report-schema.js';
import { createGuard } from '../errors/foreign-call.js';
import { EventStream } from '../events/event-stream.js';
import { DetailSections } from '../health/detail-sections.js';
import { resolveSettings } from '../options/resolve-settings.js';
import { DETAILED_HEALTH_VERSION, type DetailedHealth, DetailedHealthReader } from './detailed-health.js';
import { EventLoopGate } from './event-loop-gate.js';
import { HealthMonitor } from './health-monitor.js';

const SECRETS = [
  'hunter2',
  'wJalrXUtnFEMIK7MDENGbPxRfiCYEX4MPLEKEY',
  'correct horse battery',
  'ghp_16C7e42F292c6912E7710c83',
];

describe('the detailed health', () => {
  const clock = new ManualClock();
  const events = new EventStream(clock);
  const readiness = { addCondition: () => () => undefined };
  const details = new DetailSections(createGuard(() => undefined));
  let monitor: HealthMonitor;
  let reader: DetailedHealthReader;
  const [password = '', key = '', phrase = '', token = ''] = SECRETS;

  beforeEach(() => {
    process.env['MONITOR_TEST_PASSPHRASE'] = phrase;
    process.env['MONITOR_TEST_REGION'] = 'eu-west-1';
    process.env['MONITOR_TEST_KEY_ID'] = key;
    process.env['MONITOR_TEST_URL'] = `postgres://orders:${password}@db/orders`;
    const code = {
      healthMonitor: {
        version: `1.4.2+${token}`,
        variables: [
          'MONITOR_TEST_PASSPHRASE',
          'MONITOR_TEST_REGION',
          'MONITOR_TEST_KEY_ID',
          'MONITOR_TEST_URL',
          'MISSING',
        ],
      },
      readiness: { eventLoop: true },
    };
    const settings = resolveSettings({ code, variable: () => undefined, platform: 'linux' });
    monitor = new HealthMonitor({ clock, events, readiness, settings });
    const sampler = { read: () => ({ delayMs: 1.23456, utilization: 0.5 }), stop: () => undefined };
    const eventLoop = new EventLoopGate({ clock, events, readiness, settings }, () => sampler);
    eventLoop.start();
    const phases = { current: 'ready' } as const;
    reader = new DetailedHealthReader({
      clock,
      createdAt: new Date('2026-11-30T10:00:00Z'),
      settings,
      phases,
      monitor,
      eventLoop,
      details,
    });
  });

  afterEach(() => {
    for (const name of Object.keys(process.env)) if (name.startsWith('MONITOR_TEST_')) delete process.env[name];
    monitor.stop();
  });

  /** A page in which every list has an item, and every item every field. */
  async function fullPage(): Promise<DetailedHealth> {
    let isUp = false;
    monitor.add('database', () => {
      throw new Error(`password "${password}" refused by postgres://orders:${password}@db, ${key}, said ${phrase}`);
    });
    monitor.add(`cache redis://:${password}@cache ${token}`, () => isUp, { isCritical: false });
    details.add('production', () => ({
      problems: [`DATABASE_URL=postgres://orders:${password}@db`],
      apiToken: key,
      note: phrase,
    }));
    monitor.start();
    await clock.advance(60_000);
    isUp = true;
    await clock.advance(150_000);
    return reader.read();
  }

  it('is as its schema says, empty and full', async () => {
    expect(schemaProblems(reader.read(), healthSchema, 'health')).toEqual([]);
    const page = await fullPage();
    expect(page.components.map(({ status }) => status)).toEqual(['down', 'up']);
    expect([page.alerts.active.length, page.alerts.cleared.length]).toEqual([1, 1]);
    expect(schemaProblems(page, healthSchema, 'health')).toEqual([]);
    expect(healthSchema.required?.toSorted()).toEqual(Object.keys(page).toSorted());
    expect(Reflect.get(healthSchema, '$id')).toBe(`urn:nestjs-lifecycle:health:${DETAILED_HEALTH_VERSION}`);
  });

  it('has no secret anywhere, whatever way it came', async () => {
    const seen: unknown[] = [];
    events.observe((event) => seen.push(event));
    const page = await fullPage();
    const text = JSON.stringify([page, seen]);
    expect(seen.length).toBeGreaterThan(1);
    for (const secret of SECRETS) expect(text).not.toContain(secret);
    expect(page.environment.variables).toEqual({
      MONITOR_TEST_PASSPHRASE: '***',
      MONITOR_TEST_REGION: 'eu-west-1',
      MONITOR_TEST_KEY_ID: '***',
      MONITOR_TEST_URL: '***',
    });
  });

  it('has times as they are, and how long it has run', async () => {
    monitor.add('database', () => undefined);
    await clock.advance(5000);
    monitor.start();
    await clock.advance(0);
    expect(reader.read()).toMatchObject({
      startedAt: '2026-11-30T10:00:00.000Z',
      uptimeSeconds: 5,
      components: [{ last: { at: '2026-11-30T10:00:05.000Z', isUp: true, failure: null } }],
      eventLoop: { delayMs: 1.235, utilization: 0.5, isBusy: false },
    });
  });
});
