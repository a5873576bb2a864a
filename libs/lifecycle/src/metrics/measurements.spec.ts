import { spawnSync } from 'node:child_process';
import { itNeeds, promtool } from '../../../../test/support/machine.js';
import { exposition } from './exposition.js';
import { BUCKETS, INSTRUMENTS, type Instrument, MOST_VALUES, OTHER, prometheusName } from './instruments.js';
import { Measurements } from './measurements.js';

/** Every instrument has a value. */
function filled(): Measurements {
  const measurements = new Measurements();
  for (const [key, { labels, type }] of Object.entries(INSTRUMENTS) as [keyof typeof INSTRUMENTS, Instrument][]) {
    const series = measurements.of(key).at(...labels.map(({ name, values }) => values?.[0] ?? `a ${name}`));
    if (type === 'histogram') measurements.observe(key, 0.2, series);
    else series.value = 1;
  }
  return measurements;
}

describe('the list of instruments', () => {
  it('has names, units and labels as Prometheus and OpenTelemetry write them', () => {
    const list: Instrument[] = Object.values(INSTRUMENTS);
    for (const { name, help, unit, labels } of list) {
      expect(name).toMatch(/^[a-z_]+(\.[a-z_]+)+$/);
      expect(help).toMatch(/^[A-Z0-9].*\.$/);
      expect(['s', '1']).toContain(unit);
      for (const { name: label, attribute = label } of labels) {
        expect([label, attribute]).toEqual([expect.stringMatching(/^[a-z_]+$/), expect.stringMatching(/^[a-z_.]+$/)]);
      }
    }
    const names = list.map(prometheusName);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['in_flight_requests', 'http_server_requests_total', 'http_server_request_duration_seconds'],
        ...['shutdown_duration_seconds', 'shutdown_phase', 'shutdown_outcome_total', 'shutdown_previous_outcome'],
        ...['requests_interrupted_total', 'requests_refused_total', 'requests_late_total'],
        ...['shutdown_hook_duration_seconds', 'startup_duration_seconds', 'queue_processed_total'],
      ]),
    );
  });
});

describe('what was measured', () => {
  it('is text as Prometheus reads it', () => {
    const measurements = new Measurements(['late']);
    measurements.of('hookDuration').set(1.5, 'close "it" \\ now', 'closing', 'done');
    const lines = exposition(measurements.read()).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE shutdown_hook_duration_seconds gauge',
        String.raw`shutdown_hook_duration_seconds{hook="close \"it\" \\ now",phase="closing",result="done"} 1.5`,
        'shutdown_outcome_total{outcome="forced"} 0',
      ]),
    );
    expect(lines.join('\n')).not.toContain('requests_late_total');
  });

  it('of a histogram is counted up to each bound, and above the last', () => {
    const measurements = new Measurements();
    const series = measurements.of('queueDuration').at('job', 'mails');
    for (const seconds of [0.005, 0.3, 1000]) measurements.observe('queueDuration', seconds, series);
    const text = exposition(measurements.read());
    const of = (le: string): string => `queue_process_duration_seconds_bucket{kind="job",queue="mails",le="${le}"}`;
    for (const line of [`${of('0.005')} 1`, `${of('0.25')} 1`, `${of('0.5')} 2`, `${of('60')} 2`, `${of('+Inf')} 3`]) {
      expect(text).toContain(`${line}\n`);
    }
    expect(text).toContain('queue_process_duration_seconds_sum{kind="job",queue="mails"} 1000.305');
    expect(text).toContain('queue_process_duration_seconds_count{kind="job",queue="mails"} 3');
  });

  itNeeds(promtool, 'passes promtool', async () => {
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: exposition(filled().read()),
      encoding: 'utf8',
    });
    // It takes a name that ends in _total for a counter, which it is.
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('is bounded, whatever names come', () => {
    const measurements = new Measurements();
    for (let n = 0; n < 5000; n += 1) {
      const route = `/made-up/${n}`;
      measurements.of('requests').add(1, 'GET', route, '2xx');
      measurements.observe('requestDuration', 0.1, measurements.of('requestDuration').at('GET', route, '2xx'));
      measurements.of('queueProcessed').add(1, 'job', `queue ${n}`);
      measurements.of('interrupted').add(1, `kind ${n}`);
    }
    const series = measurements.of('requests');
    expect(series.size).toBe(MOST_VALUES + 1);
    expect(series.at('GET', 'one more', '2xx').labels['route']).toBe(OTHER);
    expect(series.at('GET', 'one more', '2xx').value).toBe(5000 - MOST_VALUES);
    const lines = exposition(measurements.read()).split('\n').length;
    expect(lines).toBeLessThan((MOST_VALUES + 1) * (BUCKETS.length + 5) + 300);
  });

  it('has no secret of a name that is an address, and no value that is not on a fixed list', () => {
    const measurements = new Measurements();
    measurements.of('queueProcessed').add(1, 'job', 'amqp://guest:SECRET@rabbit/orders?password=SECRET');
    measurements.of('hookDuration').set(1, 'close postgres://u:SECRET@db', 'SECRET', 'done');
    measurements.of('requests').add(1, 'SECRET', '/', 'SECRET');
    const text = exposition(measurements.read());
    expect(text).not.toContain('SECRET');
    expect(text).toContain('queue="amqp://rabbit/orders"');
    expect(text).toContain('hook="close postgres://db"');
  });
});
