import { isAtHand, isNamedAfterTask } from '../manifest/at-hand.js';
import { obstacleIn } from '../manifest/command.js';
import { commandsOfScript } from '../manifest/package-scripts.js';
import { dockerStartOf, runtimeOfImage } from './docker-start.js';
import { isForDevelopmentByName } from './last-instruction.js';
import { type PlatformFile } from './platform-file.js';
import { packageScriptsOf } from './start-script.js';

/** What an image starts, and what the script of `package.json` runs that is started. */
export function commandsOfImage(file: PlatformFile, context?: string): readonly (readonly string[])[] {
  const words = dockerStartOf(file)?.words ?? [];
  const script = commandsOfScript(obstacleIn(words)?.instead ?? {}, packageScriptsOf(file, context));
  return [words, ...script.map((text) => text.split(/\s+/))];
}

/**
 * Whether an image starts what people run while they write a service, or what runs once before it.
 *
 * @param context the folder that is built, where another file says so
 */
export function startsAtHand(file: PlatformFile, context?: string): boolean {
  const commands = commandsOfImage(file, context);
  return (
    isForDevelopmentByName(file.root.source.path) || commands.some(isAtHand) || commands.flat().some(isNamedAfterTask)
  );
}

/**
 * Whether an image starts a service of Node, by its Dockerfile alone.
 *
 * @param context the folder that is built, where another file says so
 */
export function startsServerOfNode(file: PlatformFile, context?: string): boolean {
  return dockerStartOf(file) !== undefined && runtimeOfImage(file) === 'node' && !startsAtHand(file, context);
}
