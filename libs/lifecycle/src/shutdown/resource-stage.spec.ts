import { ManualClock } from '../../../../test/support/manual-clock.js';
import { Deadline } from '../deadline/deadline.js';
import { ResourceStage } from './resource-stage.js';

type Parts = ConstructorParameters<typeof ResourceStage>[0];

describe('resources at the end of a shutdown', () => {
  let calls: string[];
  let phase: string;
  let options: { endsProcess: boolean };
  let stage: ResourceStage;
  const clock = new ManualClock();
  const end = new Deadline(clock, clock.now() + 1000);

  beforeEach(() => {
    [calls, phase, options] = [[], 'closing', { endsProcess: true }];
    const note = async (what: string, deadline: Deadline): Promise<void> =>
      void calls.push(`${what} by ${deadline.remainingMs}`);
    // As far as it is used.
    const parts = {
      phases: {
        get current() {
          return phase;
        },
      },
      sources: { dispose: (deadline: Deadline) => note('sources', deadline) },
      resources: {
        close: (deadline: Deadline) => note('resources', deadline),
        closeTelemetry: (deadline: Deadline) => note('telemetry', deadline),
      },
    } as unknown as Parts;
    stage = new ResourceStage(parts, options);
  });

  it('are closed when all hooks have run, and work that was left has ended', async () => {
    await stage.endRemaining(end, () => false);
    expect(calls).toEqual(['sources by 1000', 'resources by 1000']);
  });

  it('are closed beside a hook of Nest that hangs, telemetry behind them, and not again when it has ended after all', async () => {
    await stage.closeBesideNest(end);
    expect(calls).toEqual(['resources by 500', 'telemetry by 1000']);
    await stage.endRemaining(end, () => false);
    expect(calls).toEqual(['resources by 500', 'telemetry by 1000', 'sources by 1000']);
  });

  it.each([
    ['where the process goes on', (): void => void (options.endsProcess = false)],
    ['while no hook of Nest runs', (): void => void (phase = 'draining')],
  ])('are not closed beside a hook %s', async (_where, change) => {
    change();
    await stage.closeBesideNest(end);
    expect(calls).toEqual([]);
  });

  it('are left as they are when the report was made meanwhile', async () => {
    await stage.endRemaining(end, () => true);
    expect(calls).toEqual(['sources by 1000']);
  });
});
