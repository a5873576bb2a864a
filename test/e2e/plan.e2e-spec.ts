import { join } from 'node:path';
import { checkWorld } from '../support/check-world.js';
import { NESTS } from '../support/program-kinds.js';
import { programFolders } from '../support/repository.js';
import { startProgram } from '../support/program.js';

const { run } = checkWorld();

describe.each(NESTS)('the plan of a service on Nest %i', (nest) => {
  const file = (name: string): string => join(programFolders[nest], `${name}.js`);

  it('is printed as a table by `nestjs-lifecycle plan`, and nothing is initialised', async () => {
    const { code, out } = await run('plan', file('plan.module'));
    expect(code).toBe(0);
    const lines = out.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | '));
    expect(lines[0]).toBe('# | priority | what | by');
    expect(lines.slice(lines.indexOf('when nothing is in flight any more:'))).toEqual([
      'when nothing is in flight any more:',
      expect.stringMatching(/^\d+ \| 20 \| hook Ledger\.close \| Ledger\.close$/),
      '',
      "Nest's own hooks:",
      expect.stringMatching(/onModuleDestroy and the hooks after it \| Nest$/),
      '',
      'when all hooks have run:',
      expect.stringMatching(/^\d+ \| 70 \| close ioredis client REDIS \(cache\) \| nestjs-lifecycle$/),
      expect.stringMatching(
        /^\d+ \| 80 \| close pg Pool Database \(database\) \| Database\.onModuleDestroy\(\), else nestjs-lifecycle$/,
      ),
      '',
    ]);
  });

  it('is printed as JSON with --format json', async () => {
    const { code, out } = await run('plan', file('plan.module'), '--format', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toContainEqual({
      when: 'closing',
      what: 'hook',
      name: 'Ledger.close',
      priority: 20,
      by: 'Ledger.close',
    });
  });

  it('says what is wrong with a module that has none', async () => {
    const { code, err } = await run('plan', file('plain.module'));
    expect(code).toBe(2);
    expect(err).toContain('does not import GracefulShutdownModule');
  });

  it('is printed by SHUTDOWN_PRINT_PLAN=1 in place of a start', async () => {
    const env = { SHUTDOWN_PRINT_PLAN: '1', LOGGER: 'winston', LOG_FILE: '/dev/null' };
    const { code, output } = await startProgram('last-lines', { nest, env }).exit;
    expect(code).toBe(0);
    expect(output).toMatch(/^\d+ +95 +hook Talkative\.sayMuch +Talkative\.sayMuch$/m);
    expect(output).not.toContain('listening');
  });
});
