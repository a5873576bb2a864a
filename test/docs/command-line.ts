import { createProgram } from '../../apps/cli/src/program.js';

/** The flags of each command, as its help has them. */
export function flagsOf(name: 'check' | 'rehearse' | 'report'): string[] {
  const command = createProgram(SILENT, () => undefined).commands.find((command) => command.name() === name);
  if (command === undefined) throw new Error(`there is no command ${name}`);
  return command.options.flatMap(({ long }) => long ?? []);
}

/** What is wrong with a line that runs the command, as sentences: a command or flag that does not exist. */
export function commandLineProblems(line: string): string[] {
  const [, name = '', rest = ''] = /^npx nestjs-lifecycle (\S+)(.*)$/s.exec(line) ?? [];
  if (name !== 'check' && name !== 'rehearse' && name !== 'report') return [`there is no command "${name}"`];
  const [own = ''] = rest.split(' -- ');
  const known = flagsOf(name);
  return [...own.matchAll(/(?<=\s)--[\w-]+/g)]
    .map(([flag]) => flag)
    .filter((flag) => !known.includes(flag))
    .map((flag) => `${name} has no flag ${flag}`);
}

const SILENT = {
  stdin: (async function* nothing(): AsyncIterable<string> {})(),
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  env: {},
  cwd: '.',
};
