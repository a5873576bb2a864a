import { itNeeds, pidNamespaces } from '../support/machine.js';
import { NESTS } from '../support/program-kinds.js';
import { reportOf, startService, stepsOf } from '../support/service.js';

describe.each(NESTS)('as PID 1 on Nest %i', (nest) => {
  itNeeds(pidNamespaces, 'ends with handles left open', async () => {
    const program = startService({ nest, pid1: true, faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(stepsOf(exit)).toContain('database.shutdown');
    expect(reportOf(exit).outcome).toBe('clean');
  });

  itNeeds(pidNamespaces, 'ends although enableShutdownHooks() was never called', async () => {
    const program = startService({ nest, pid1: true, hooks: 'off', faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(0);
    expect(stepsOf(exit)).toContain('outbox.close');
  });

  itNeeds(pidNamespaces, 'ends where the signal is to be raised again, which nothing hears there', async () => {
    const program = startService({ nest, pid1: true, options: { exit: 'signal' }, faults: ['open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(0);
  });

  itNeeds(pidNamespaces, 'ends a hook that hangs with exit code 1', async () => {
    const options = { gracePeriod: '2s' } as const;
    const program = startService({ nest, pid1: true, options, faults: ['hanging-destroy', 'open-handle'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    const exit = await program.exit;
    expect(exit.code).toBe(1);
    expect(reportOf(exit)).toMatchObject({ outcome: 'forced', leftBehind: ['Database.onModuleDestroy'] });
  });

  itNeeds(pidNamespaces, 'ends at once on a second signal', async () => {
    const program = startService({ nest, pid1: true, faults: ['hanging-hook'] });
    await program.waitForLine(/^listening on/);
    program.signal('SIGTERM');
    await program.waitForLine(/waiting for 1 .*hook Outbox\.flush/);
    program.signal('SIGTERM');
    expect((await program.exit).code).toBe(143);
  });
});
