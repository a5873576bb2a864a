import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { Deadline } from '../../deadline/deadline.js';
import { InFlightWork } from '../../in-flight/in-flight-work.js';
import { type JobConsumer } from './job-consumer.js';
import { JobSource } from './job-source.js';

describe('JobSource', () => {
  let clock: ManualClock;
  let source: JobSource;
  let steps: string[];

  beforeEach(() => {
    clock = new ManualClock();
    source = new JobSource('bullmq', 'mails', { clock, inFlight: new InFlightWork() });
    steps = [];
  });

  const consumer = (name: string, more: Partial<JobConsumer> = {}): JobConsumer => ({
    stop: () => void steps.push(`stop ${name}`),
    interrupt: () => void steps.push(`interrupt ${name}`),
    terminate: async () => void steps.push(`terminate ${name}`),
    close: async () => void steps.push(`close ${name}`),
    ...more,
  });

  it('names jobs by queue and name, and has the id beside it', () => {
    const end = source.beginJob('welcome', '7');
    source.beginJob('', undefined);
    expect([...source.active()].map((work) => work.describe())).toEqual([
      { name: 'mails: welcome', correlationId: '7' },
      { name: 'mails' },
    ]);
    end();
    end();
    expect([source.name, source.size, source.ended]).toEqual(['bullmq:mails', 1, 1]);
  });

  it('stops all its consumers at the signal, once, and those that come later', () => {
    source.add(consumer('a'));
    source.add(consumer('b'));
    expect(source.intake).toBe('lame-duck');
    source.stopIntake();
    source.add(consumer('c'));
    source.interrupt(new Error('late'));
    expect(steps).toEqual(['stop a', 'stop b', 'stop c', 'interrupt a', 'interrupt b', 'interrupt c']);
  });

  it('stops every other consumer when one throws', () => {
    source.add(
      consumer('a', {
        stop: () => {
          throw new Error('on purpose');
        },
      }),
    );
    source.add(consumer('b'));
    expect(() => source.stopIntake()).toThrow('on purpose');
    expect(steps).toEqual(['stop b']);
  });

  it('goes on in the drain once work of this process has waited for its jobs, and while it does', () => {
    source.add(consumer('a'));
    const first = source.await();
    const second = source.await();
    expect(source.intake).toBe('drain');
    source.stopIntake();
    first();
    first();
    expect(steps).toEqual([]);
    second();
    expect(steps).toEqual(['stop a']);
  });

  it('stops when the time is nearly up, whatever waits for it', () => {
    source.add(consumer('a'));
    source.await();
    source.stopIntake();
    source.interrupt(new Error('late'));
    expect(steps).toEqual(['stop a', 'interrupt a']);
  });

  it('waits for a job that is on its way, and no longer than a server takes that answers', async () => {
    const arrived = source.beginFetch();
    expect(source.size).toBe(1);
    arrived();
    expect(source.size).toBe(0);
    source.beginFetch();
    await clock.advance(1999);
    expect(source.size).toBe(1);
    await clock.advance(1);
    expect(source.size).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it('closes none before what is cut of it has been closed by force', async () => {
    let cut: () => void = () => undefined;
    source.add(consumer('a', { terminate: () => new Promise((resolve) => (cut = resolve)) }));
    source.terminate();
    const closed = source.close(new Deadline(clock, clock.now() + 100));
    await clock.advance(50);
    expect(steps).toEqual(['stop a']);
    cut();
    await closed;
    expect(steps).toEqual(['stop a', 'close a']);
  });

  it('closes its consumers, tells of what fails, and waits no longer than it may', async () => {
    source.add(consumer('a'));
    source.terminate();
    await source.close(new Deadline(clock, clock.now() + 100));
    expect(steps).toEqual(['stop a', 'terminate a', 'close a']);
    source.add(consumer('b', { close: () => Promise.reject(new Error('on purpose')) }));
    await expect(source.close(new Deadline(clock, clock.now() + 100))).rejects.toThrow('on purpose');
    const hanging = new JobSource('bullmq', 'mails', { clock, inFlight: new InFlightWork() });
    hanging.add(consumer('c', { close: () => new Promise(() => undefined) }));
    const closed = hanging.close(new Deadline(clock, clock.now() + 100));
    await clock.advance(100);
    await closed;
  });
});
