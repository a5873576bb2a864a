import { ManualClock } from '../../../../test/support/manual-clock.js';
import { type ProtectionState } from './protection-endpoint.js';
import { TaskProtection } from './task-protection.js';

/** A task whose agent answers as the test says. */
function task() {
  const clock = new ManualClock();
  const asked: (boolean | string)[] = [];
  const lines: string[] = [];
  const inFlight = { total: 0 };
  const agent = { answer: (): Promise<void> => Promise.resolve() };
  const put = async ({ isEnabled, expiresInMinutes }: ProtectionState, signal: AbortSignal): Promise<void> => {
    asked.push(isEnabled);
    expect(expiresInMinutes).toBe(10);
    signal.addEventListener('abort', () => asked.push('given up'));
    await agent.answer();
  };
  const log = { warn: (line: string) => lines.push(line), debug: () => undefined };
  const protection = new TaskProtection({ clock, inFlight, expiresInMinutes: 10, put, log });
  return { clock, asked, lines, inFlight, agent, protection };
}

describe('the protection of an ECS task', () => {
  it('is not asked for without work', async () => {
    const { clock, asked, protection } = task();
    protection.start();
    await clock.advance(60_000);
    await protection.release(1000);
    expect(asked).toEqual([]);
  });

  it('is set once while there is work, and given back when nothing has been in flight for a while', async () => {
    const { clock, asked, inFlight, protection } = task();
    inFlight.total = 2;
    protection.start();
    await clock.advance(20_000);
    expect(asked).toEqual([true]);
    inFlight.total = 0;
    await clock.advance(4000);
    inFlight.total = 1;
    await clock.advance(1000);
    inFlight.total = 0;
    await clock.advance(5000);
    expect(asked).toEqual([true]);
    await clock.advance(2000);
    expect(asked).toEqual([true, false]);
  });

  it('is renewed before it expires', async () => {
    const { clock, asked, inFlight, protection } = task();
    inFlight.total = 1;
    protection.start();
    await clock.advance(4 * 60_000);
    expect(asked).toEqual([true]);
    await clock.advance(2 * 60_000);
    expect(asked).toEqual([true, true]);
  });

  it('is given back at the stop, and is never asked for after it', async () => {
    const { clock, asked, inFlight, protection } = task();
    inFlight.total = 1;
    protection.start();
    await clock.advance(1000);
    await protection.release(1000);
    await clock.advance(60_000);
    expect(asked).toEqual([true, false]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is tried again after a failure, which is told once for each cause', async () => {
    const { clock, asked, lines, inFlight, agent, protection } = task();
    agent.answer = () => Promise.reject(new Error('the ECS agent answered 500: busy'));
    inFlight.total = 1;
    protection.start();
    await clock.advance(9000);
    expect(asked).toEqual([true]);
    await clock.advance(30_000);
    expect(asked.length).toBeGreaterThan(2);
    expect(lines).toEqual(['protecting the ECS task from scale-in failed: the ECS agent answered 500: busy']);
    agent.answer = () => Promise.resolve();
    await clock.advance(20_000);
    const count = asked.length;
    await clock.advance(60_000);
    expect(asked).toHaveLength(count);
  });

  it('of an agent that hangs is given up, and keeps the stop no longer than it may take', async () => {
    const { clock, asked, lines, inFlight, agent, protection } = task();
    agent.answer = () => new Promise(() => undefined);
    inFlight.total = 1;
    protection.start();
    await clock.advance(6000);
    expect(asked).toEqual([true, 'given up']);
    await clock.advance(10_000);
    const released = protection.release(1000);
    await clock.advance(1000);
    await released;
    expect(asked).toEqual([true, 'given up', true, 'given up', false, 'given up']);
    expect(lines.at(-1)).toBe(
      'giving back the protection of the ECS task failed: the ECS agent has not answered in 1000 ms',
    );
  });
});
