import { classNameOf } from '../../errors/foreign-call.js';
import { replaceMethod } from '../../patching/replace-method.js';
import { FollowedCalls } from '../followed-calls.js';
import { type Foreign, instanceWith } from '../foreign-instances.js';
import { type FollowedPackage, type InstanceWrapper, type IntegrationParts } from '../integration.js';
import { isCommand } from './command-marks.js';

/**
 * Begins to follow the commands of an application. nest-commander looks `run()` up on the instance when the command is called,
 * and closes the application when it has returned.
 */
export function followCommands(parts: IntegrationParts): FollowedPackage {
  const runs = new FollowedCalls('commands', 'command', parts.clock, parts.inFlight);
  const commands = new Set<Foreign>();
  const undo: (() => void)[] = [];
  parts.sources.add(runs);
  const commandOf = (provider: InstanceWrapper): Foreign | undefined =>
    isCommand(provider.metatype) ? instanceWith(provider, ['run']) : undefined;
  return {
    found: (providers) => {
      for (const provider of providers) {
        const command = parts.guard('looking for commands', undefined, () => commandOf(provider));
        if (command === undefined || commands.has(command)) continue;
        commands.add(command);
        undo.push(countRuns(command, runs));
      }
    },
    undo: () => {
      for (const restore of undo.splice(0)) restore();
    },
  };
}

function countRuns(command: Foreign, runs: FollowedCalls): () => void {
  const name = `${classNameOf(command)}.run`;
  return replaceMethod(command, 'run', (original) => {
    return function (this: unknown, ...args: unknown[]): unknown {
      return runs.call({ name }, (): unknown => Reflect.apply(original, this, args));
    };
  });
}
