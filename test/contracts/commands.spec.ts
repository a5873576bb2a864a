import { type INestApplicationContext, Module, type Type } from '@nestjs/common';
import { Command, CommandFactory, CommandRunner, SubCommand } from 'nest-commander';
import { GracefulShutdownModule } from 'nestjs-lifecycle';
import { startService } from 'nestjs-lifecycle/testing';
import { turns, watch } from '../support/event-loop.js';
import { Gate } from '../support/gate.js';
import { RecordingLogger } from '../support/recording-logger.js';

/** A command line with a command and its sub-command, both of which wait at the gate. */
function commandLine(gate: Gate): Type<unknown> {
  @SubCommand({ name: 'orders' })
  class ImportOrders extends CommandRunner {
    async run(): Promise<void> {
      await gate.pass();
    }
  }
  @Command({ name: 'import', subCommands: [ImportOrders] })
  class ImportCommand extends CommandRunner {
    async run(): Promise<void> {
      await gate.pass();
    }
  }
  @Module({ imports: [GracefulShutdownModule.forRoot()], providers: [ImportCommand, ImportOrders] })
  class Root {}
  return Root;
}

/** A provider that waits at the gate when its application is closed. */
function closedAt(gate: Gate): { readonly onModuleDestroy: () => Promise<void> } {
  return { onModuleDestroy: () => gate.pass() };
}

/** Runs a command line; nest-commander reads that of the process. */
async function run(app: INestApplicationContext, ...line: string[]): Promise<void> {
  const before = process.argv;
  process.argv = ['node', 'cli', ...line];
  try {
    await CommandFactory.runApplication(app);
  } finally {
    process.argv = before;
  }
}

const start = (root: Type<unknown>) =>
  startService(async () => {
    const app = await CommandFactory.createWithoutRunning(root, { logger: new RecordingLogger() });
    app.enableShutdownHooks();
    return app;
  });

describe('commands of nest-commander', () => {
  it.each([
    ['a command', ['import'], 'ImportCommand.run'],
    ['a sub-command', ['import', 'orders'], 'ImportOrders.run'],
  ])('%s is one piece of work, which a signal waits for', async (_what, line, name) => {
    const gate = new Gate();
    await using service = await start(commandLine(gate));
    const running = run(service.app, ...line).then(() => service.app.close());
    await gate.reached();
    expect(service.shutdown.inFlight().items).toMatchObject([{ kind: 'command', name }]);
    service.signal();
    const state = watch(service.ended);
    await turns();
    expect(state.isSettled).toBe(false);
    gate.open();
    await running;
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean', unseen: [] } });
  });

  it.each([
    ['that run need no enableShutdownHooks(), for the command line closes its application', true],
    ['that do not run are reminded of enableShutdownHooks(), as any application is', false],
  ])('%s', async (_what, runs) => {
    const gate = new Gate();
    const logger = new RecordingLogger();
    const root = commandLine(gate);
    await using service = await startService(async () => CommandFactory.createWithoutRunning(root, { logger }));
    const running = runs ? run(service.app, 'import').then(() => service.app.close()) : undefined;
    if (runs) await gate.reached();
    await service.clock.advance(1000);
    const reminders = logger.texts('warn').filter((text) => text.includes('enableShutdownHooks() was not called'));
    expect(reminders).toHaveLength(runs ? 0 : 1);
    gate.open();
    await running;
  });

  it('that a signal has ended are not reminded of enableShutdownHooks() behind it', async () => {
    const [command, closing] = [new Gate(), new Gate()];
    const logger = new RecordingLogger();
    const root = { module: commandLine(command), providers: [{ provide: 'closing', useValue: closedAt(closing) }] };
    await using service = await startService(async () => CommandFactory.createWithoutRunning(root, { logger }));
    const running = run(service.app, 'import').then(() => service.app.close());
    await command.reached();
    service.signal();
    command.open();
    // On a busy machine the reminder is due while the command line closes its application.
    await service.clock.advance(6000);
    await closing.reached();
    closing.open();
    await running;
    expect(await service.ended).toMatchObject({ exitCode: 0, report: { outcome: 'clean' } });
    expect(logger.texts('warn').filter((text) => text.includes('enableShutdownHooks() was not called'))).toEqual([]);
  });

  it('that have ended leave nothing that is unverified', async () => {
    const gate = new Gate();
    gate.open();
    await using service = await start(commandLine(gate));
    await run(service.app, 'import');
    service.signal();
    expect(await service.ended).toMatchObject({ report: { outcome: 'clean', unseen: [] } });
  });
});
