import { Injectable } from '@nestjs/common';
import { Command, CommandFactory, CommandRunner, Option, SubCommand } from 'nest-commander';
import { type FrameworkApplication } from '../run/application.js';
import { exchange } from '../run/exchanges.js';

/** Runs a command line; nest-commander reads that of the process. */
function command(...line: string[]) {
  return exchange(line.join(' '), async ({ app }) => {
    const before = process.argv;
    process.argv = ['node', 'cli', ...line];
    try {
      await CommandFactory.runApplication(app);
    } finally {
      process.argv = before;
    }
  });
}

export const application: FrameworkApplication = {
  shows: 'a command line with nest-commander: commands, sub-commands, options, injected services',
  kinds: ['context'],
  isFollowed: true,
  start: (root, { logger }) => CommandFactory.createWithoutRunning(root, { logger: logger ?? false }),
  module: ({ journal }) => {
    @Injectable()
    class Greeter {
      greet(name: string, isLoud: boolean): void {
        journal.note(isLoud ? `HELLO ${name.toUpperCase()}` : `hello ${name}`);
      }
    }
    @SubCommand({ name: 'loudly', arguments: '<name>' })
    class LoudlyCommand extends CommandRunner {
      constructor(private readonly greeter: Greeter) {
        super();
      }

      async run([name = '']: string[]): Promise<void> {
        this.greeter.greet(name, true);
      }
    }
    @Command({ name: 'greet', arguments: '<name>', subCommands: [LoudlyCommand] })
    class GreetCommand extends CommandRunner {
      constructor(private readonly greeter: Greeter) {
        super();
      }

      async run([name = '']: string[], { times = 1 }: { times?: number }): Promise<void> {
        for (let time = 0; time < times; time += 1) this.greeter.greet(name, false);
      }

      @Option({ flags: '-t, --times <number>' })
      parseTimes(value: string): number {
        return Number(value);
      }
    }
    return { providers: [Greeter, GreetCommand, LoudlyCommand] };
  },
  exchanges: [command('greet', 'Ada'), command('greet', '--times', '2', 'Grace'), command('greet', 'loudly', 'Tom')],
};
