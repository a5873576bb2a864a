import { existsSync } from 'node:fs';
import { until } from '../support/event-loop.js';
import { type Program, startProgram } from '../support/program.js';
import { NESTS } from '../support/program-kinds.js';
import { root } from '../support/repository.js';

function start(nest: 11 | 12, child: string): Program {
  return startProgram('parent', { nest, ipc: true, ownGroup: true, env: { CHILD: child, FOLDER: root } });
}

async function childOf(program: Program): Promise<number> {
  const [, pid] = await program.waitForLine(/^child pid (\d+)$/);
  return Number(pid);
}

// The engine without Nest, as ES modules and as CommonJS.
describe.each(NESTS)('a service of the build for Nest %i with a child process', (nest) => {
  it('waits for the child, which gets the signal from the terminal as well', async () => {
    const program = start(nest, 'waits');
    await childOf(program);
    process.kill(-program.pid, 'SIGTERM');
    await program.waitForLine(/^child: told by signal$/);
    await program.waitForLine(/^phase draining$/);
    expect(program.hasExited).toBe(false);
    program.send('go');
    const { code, output } = await program.exit;
    expect(code).toBe(0);
    expect(output).toMatch(/stopped clean after .*1 drained/);
  });

  it('ends with 1 when the child fails', async () => {
    const program = start(nest, 'fails');
    await childOf(program);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect(code).toBe(1);
    expect(output).toMatch(
      /the child process renderer \(pid \d+\)\): it ended with exit code 3, after it was told to stop/,
    );
  });

  it('leaves no child behind at a second signal', async () => {
    const program = start(nest, 'hangs');
    const pid = await childOf(program);
    program.signal('SIGTERM');
    await program.waitForLine(/^child: told by signal$/);
    // Those within the guard count as the first one.
    const again = setInterval(() => (program.hasExited ? undefined : program.signal('SIGTERM')), 200);
    const { code, output } = await program.exit;
    clearInterval(again);
    expect(code).toBe(143);
    expect(output).toMatch(/1 interrupted.*renderer/);
    await until('the child is gone', () => !existsSync(`/proc/${pid}`));
  });
});

describe.each(NESTS)('a service of the build for Nest %i with a thread that has a lifecycle of its own', (nest) => {
  function startWithThread(thread: string): Program {
    return startProgram('threads', { nest, ipc: true, env: { THREAD: thread } });
  }

  it('waits for the work of the thread, which stops in order when the service does', async () => {
    const program = startWithThread('works');
    await program.waitForLine(/^thread: started$/);
    program.signal('SIGTERM');
    await program.waitForLine(/^thread: phase draining$/);
    expect(program.hasExited).toBe(false);
    program.send('go');
    const { code, output } = await program.exit;
    expect(code).toBe(0);
    expect(output).toMatch(/thread: phase stopped[^]*stopped clean after .*; reason SIGTERM; .*1 drained/);
    expect(output.match(/the process has heard SIGTERM/g)).toHaveLength(1);
  });

  it('ends with 1 when a hook of the thread fails', async () => {
    const program = startWithThread('fails');
    await program.waitForLine(/^thread: started$/);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect(code).toBe(1);
    expect(output).toMatch(/the pages \(thread \d+\)\): it ended with exit code 1, after it was told to stop/);
  });

  it('is heard by a thread whose lifecycle begins when the service stops already', async () => {
    const program = startWithThread('late');
    await program.waitForLine(/^online$/);
    program.signal('SIGTERM');
    const { code, output } = await program.exit;
    expect(code).toBe(0);
    expect(output).toMatch(/phase draining[^]*thread: phase stopped[^]*stopped clean after .*1 drained/);
  });
});
