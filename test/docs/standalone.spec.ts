import { codeFiles } from './page-code.js';
import { compilePages, requestReceived, type StartPage, stopCleanly } from './page-programs.js';

let start: StartPage;

beforeAll(() => {
  start = compilePages('standalone');
});

const SERVERS = ['express-main.ts', 'fastify-main.ts', 'koa-main.ts', 'hono-main.ts', 'node-main.ts'];
const OTHERS = ['boot-main.ts', 'script-main.ts', 'scoped-main.ts', 'tasks-main.ts'];

describe('the page on services without Nest', () => {
  it('has no program that is not run here', () => {
    const names = codeFiles().flatMap(({ page, name }) => (page === 'standalone' ? [name] : []));
    expect(names.toSorted()).toEqual([...SERVERS, ...OTHERS].toSorted());
  });

  it.each(SERVERS)('%s: serves, is ready, and ends clean at SIGTERM', async (name) => {
    const program = start('standalone', {}, name);
    const url = await program.url();
    const answer = await fetch(`${url}/orders`);
    expect([answer.status, await answer.json()]).toEqual([200, [{ id: 7 }]]);
    await requestReceived(program, '/orders');
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect(program.output).not.toContain('received /health/ready');
    expect(await stopCleanly(program)).toMatch(/stopped clean after .*reason SIGTERM.*exit code 0/);
  });

  it('boot-main.ts: is ready once the start is over, and closes what that has registered', async () => {
    const program = start('standalone', {}, 'boot-main.ts');
    expect((await fetch(`${await program.url()}/health/startup`)).status).toBe(200);
    expect(await stopCleanly(program)).toMatch(/the database is closed[^]*stopped clean after/);
  });

  it('script-main.ts: the row that is being stored is stored, then hooks run, and it ends with 0', async () => {
    const program = start('standalone', {}, 'script-main.ts');
    await program.waitForLine(/^row 2 is stored$/);
    const output = await stopCleanly(program);
    expect(output).toMatch(/row \d+ is stored\n(?!.*row \d+ is stored)[^]*flushed[^]*stopped clean after/);
    expect(output).not.toContain('row 1000 is stored');
  });

  it('scoped-main.ts: one after the other, each closed at its end', async () => {
    const { code, output } = await start('standalone', {}, 'scoped-main.ts').exit;
    expect([code, output.match(/^\w+ is closed$/gm)]).toEqual([0, ['orders is closed', 'payments is closed']]);
  });

  it('tasks-main.ts: the poller is cancelled, and the events are told', async () => {
    const program = start('standalone', {}, 'tasks-main.ts');
    await program.waitForLine(/^now ready$/);
    expect(await stopCleanly(program)).toMatch(
      /now lame-duck[^]*now draining[^]*flushed[^]*flush is done[^]*stopped clean after/,
    );
  });
});
