import { playRehearsal } from './rehearse.js';
import { headline } from './report/headline.js';
import { type RehearsalOptions } from './scenario/rehearsal-options.js';

/** Runs JavaScript in the pods. */
function program(source: string): Pick<RehearsalOptions, 'command'> {
  return { command: [process.execPath, '-e', source] };
}

describe('the deadline of a rehearsal', () => {
  it('holds from the beginning, when a pod that is started to find its probes never listens', async () => {
    const { verdict, events } = await playRehearsal({ ...program('setInterval(() => {}, 1000)'), deadline: '200ms' });
    expect(verdict).toMatchObject({ cutBy: 'deadline-passed', requests: { sent: 0 }, isClean: false });
    expect(events.map(({ type }) => type)).toEqual(['rehearsal-cut']);
    expect(verdict.notes[0]).toMatch(/^Cut by its own deadline of 200 ms/);
  });

  it('holds while the login waits for its answer', async () => {
    const silent = `require('node:http').createServer(() => {}).listen(process.env.PORT)`;
    const options = { readiness: { tcp: true }, liveness: false, startup: false } as const;
    const { verdict } = await playRehearsal({
      ...program(silent),
      ...options,
      login: 'POST /login',
      replicas: 1,
      deadline: '3s',
      requestTimeout: '10m',
    });
    expect(verdict).toMatchObject({ cutBy: 'deadline-passed', requests: { sent: 0 } });
  });
});

describe('a worker', () => {
  const quick = { isWorker: true, replicas: 2, warmUp: 0, coolDown: 0, lags: 'drawn', seed: 1 } as const;

  it('is rolled without requests, and judged by how its pods end', async () => {
    const works = `process.once('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`;
    const { verdict, records } = await playRehearsal({ ...program(works), ...quick });
    expect(records).toEqual([]);
    expect(verdict).toMatchObject({ isClean: true, update: 'complete', faults: [] });
    expect(headline(verdict)).toBe('2 pods stopped, and ended in order');
    expect(verdict.notes).toContainEqual(expect.stringMatching(/^It is played as a worker/));
  });

  it('fails with the exit code of a stop that did not go well', async () => {
    const fails = `process.once('SIGTERM', () => { console.error('flush failed, 3 writes left'); process.exit(1); }); setInterval(() => {}, 1000)`;
    const { verdict } = await playRehearsal({ ...program(fails), ...quick });
    expect(verdict.faults.map(({ code }) => code)).toEqual(['failed-exit']);
    expect(verdict.faults[0]?.evidence).toContain('3 writes left');
    expect(verdict.isClean).toBe(false);
  });
});
