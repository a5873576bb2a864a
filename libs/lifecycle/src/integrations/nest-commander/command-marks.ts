import 'reflect-metadata';

/** Names of the metadata of classes with `@Command()`, `@RootCommand()` and `@SubCommand()`. */
const MARKS = ['Command', 'RootCommand', 'Subcommand'].map((name) => `CommandBuilder:${name}:Meta`);

/** Whether a class is a command. */
export function isCommand(type: unknown): boolean {
  return typeof type === 'function' && MARKS.some((mark) => Reflect.hasMetadata(mark, type));
}
