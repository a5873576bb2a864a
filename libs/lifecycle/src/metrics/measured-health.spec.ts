import { ManualClock } from '../../../../test/support/manual-clock.js';
import { EventStream } from '../events/event-stream.js';
import { HealthMonitor } from '../monitor/health-monitor.js';
import { resolveSettings } from '../options/resolve-settings.js';
import { exposition } from './exposition.js';
import { measureHealth } from './measured-health.js';
import { Measurements } from './measurements.js';

describe('the metrics of the health monitor', () => {
  let clock: ManualClock;
  let measurements: Measurements;

  beforeEach(() => {
    clock = new ManualClock();
    measurements = new Measurements();
  });

  function monitorWith(isOn: boolean): HealthMonitor {
    const code = { healthMonitor: isOn, healthCheckInterval: '10s' };
    const settings = resolveSettings({ code, variable: () => undefined, platform: 'linux' });
    const readiness = { addCondition: () => () => undefined };
    const monitor = new HealthMonitor({ clock, events: new EventStream(clock), readiness, settings });
    measureHealth(monitor, measurements);
    return monitor;
  }

  const lines = async (): Promise<string[]> => {
    // What is read together is read once.
    await clock.advance(0);
    return exposition(measurements.read())
      .split('\n')
      .filter((line) => line.startsWith('health_'));
  };

  it('have the score and the status of each component, and of all', async () => {
    const monitor = monitorWith(true);
    let isUp = true;
    monitor.add('database', () => isUp);
    const cache = monitor.add('cache', () => true, { isCritical: false });
    expect(await lines()).toEqual(
      expect.arrayContaining([
        'health_status{status="unknown"} 1',
        'health_component_status{component="cache",status="unknown"} 1',
      ]),
    );
    expect((await lines()).filter((line) => line.includes('score'))).toEqual([]);
    monitor.start();
    await clock.advance(0);
    isUp = false;
    await clock.advance(30_000);
    const down = await lines();
    expect(down).toEqual(
      expect.arrayContaining([
        'health_status{status="down"} 1',
        'health_status{status="up"} 0',
        'health_component_score{component="cache"} 1',
        'health_component_status{component="database",status="down"} 1',
        'health_component_status{component="database",status="up"} 0',
        'health_component_status{component="cache",status="up"} 1',
      ]),
    );
    const scoreOf = (series: string): number =>
      Number(down.find((line) => line.startsWith(`${series} `))?.split(' ')[1]);
    expect(scoreOf('health_score')).toBeCloseTo(0.4);
    expect(scoreOf('health_component_score{component="database"}')).toBeCloseTo(0.4);
    cache();
    expect((await lines()).filter((line) => line.includes('"cache"'))).toEqual([]);
    monitor.stop();
  });

  it('are bounded by the components that there may be', async () => {
    const monitor = monitorWith(true);
    for (let index = 0; index < 60; index += 1) {
      try {
        monitor.add(`component ${index}`, () => true);
      } catch (error) {
        expect([index >= 50, String(error)]).toEqual([true, expect.stringContaining('one too many')]);
      }
    }
    monitor.start();
    const all = await lines();
    expect(all.filter((line) => line.startsWith('health_component_score'))).toHaveLength(50);
    expect(all.filter((line) => line.startsWith('health_component_status'))).toHaveLength(200);
    monitor.stop();
  });

  it('are not there without a monitor', async () => {
    monitorWith(false);
    expect(await lines()).toEqual([]);
  });
});
