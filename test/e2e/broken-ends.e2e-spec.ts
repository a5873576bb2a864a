import { startProgram } from '../support/program.js';
import { reportOf, stepsOf } from '../support/service.js';

const STEPS = ['pool closed', 'destroyed'];

describe.each([11, 12] as const)('an application that ends, on Nest %i,', (nest) => {
  const run = (fault: string) => startProgram('broken-ends', { nest, env: { FAULT: fault } }).exit;

  it('runs all hooks although a stream of its log cannot write, and tells of that', async () => {
    const exit = await run('log-stream');
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(stepsOf(exit)).toEqual(STEPS);
    expect(reportOf(exit)).toMatchObject({
      outcome: 'failed',
      errors: [{ message: expect.stringContaining('ENOSPC') as string }],
    });
  });

  it('runs all hooks although a client has rejected what no code handles, and tells which one it is', async () => {
    const exit = await run('client');
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(stepsOf(exit)).toEqual(STEPS);
    const { outcome, errors } = reportOf(exit);
    expect(outcome).toBe('failed');
    expect(errors.map(({ origin }) => origin)).toEqual(['unhandledRejection']);
    expect(errors[0]?.message).toContain('max retries');
    expect(errors[0]?.stack).toContain('ioredis');
  });

  it('ends at once when a tracked method has rejected what no code handles, as one that is not tracked does', async () => {
    const exit = await run('tracked');
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(stepsOf(exit)).toEqual([]);
    const { outcome, errors } = reportOf(exit);
    expect(outcome).toBe('forced');
    expect(errors).toMatchObject([{ origin: 'unhandledRejection', message: 'the write fails' }]);
    expect(errors[0]?.stack).toContain('broken-ends');
  });

  it('ends although a listener for the exit throws, with a code that says so', async () => {
    const exit = await run('exit-listener');
    expect(exit).toMatchObject({ code: 1, signal: null });
    expect(stepsOf(exit)).toEqual(STEPS);
    expect(exit.output).toContain("a listener of the process's 'exit' failed: the exit listener fails");
  });

  it('ends as asked although a listener for the signal throws, and names that', async () => {
    const exit = await run('signal-listener');
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(stepsOf(exit)).toEqual(STEPS);
    expect(reportOf(exit)).toMatchObject({ reason: 'an operator', outcome: 'clean' });
    expect(exit.output).toContain('a listener for SIGTERM failed: the listener fails');
  });
});
