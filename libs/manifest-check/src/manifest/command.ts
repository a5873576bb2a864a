/** What keeps a signal from the service. */
export interface SignalObstacle {
  /** `npm`, or `sh`. */
  readonly program: string;
  readonly kind: 'runner' | 'shell' | 'compound shell';
}

/** Programs that start the service as their child, and are themselves what gets the signal. */
const RUNNERS: ReadonlySet<string> = new Set([
  'npm',
  'npx',
  'yarn',
  'pnpm',
  'pnpx',
  'bunx',
  'corepack',
  'nest',
  'nodemon',
  'ts-node-dev',
  'concurrently',
  'turbo',
  'nx',
  'lerna',
  'make',
]);
const SHELLS: ReadonlySet<string> = new Set(['sh', 'bash', 'ash', 'dash', 'zsh']);
/** They pass signals on, and reap; what counts is what they start. */
const INITS: ReadonlySet<string> = new Set(['tini', 'dumb-init', 'catatonit', 'env', 'nice', 'gosu', 'su-exec']);

/** What keeps a signal from the service when a container or a process is started with these words. */
export function obstacleIn(words: readonly string[]): SignalObstacle | undefined {
  const [first, ...others] = withoutInits(words);
  if (first === undefined) return undefined;
  const program = nameOf(first);
  if (RUNNERS.has(program)) return { program, kind: 'runner' };
  if (!SHELLS.has(program)) return undefined;
  const option = others.findIndex((word) => /^-\w*c$/.test(word));
  const line = option === -1 ? undefined : others[option + 1];
  return line === undefined ? undefined : obstacleInLine(line, program);
}

/** What keeps a signal from the service when a shell is started with this line. */
export function obstacleInLine(line: string, shell = 'sh'): SignalObstacle | undefined {
  const parts = line
    .split(/&&|\|\||[;|\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  const [, command] = /^exec\s+(.*)$/s.exec(last) ?? [];
  if (command !== undefined) return obstacleIn(command.split(/\s+/));
  const runner = obstacleIn(last.split(/\s+/));
  if (runner?.kind === 'runner') return runner;
  return { program: shell, kind: parts.length > 1 ? 'compound shell' : 'shell' };
}

function withoutInits(words: readonly string[]): readonly string[] {
  const [first, ...others] = words;
  if (first === undefined || !INITS.has(nameOf(first))) return words;
  // Options and assignments belong to the init; what follows is what it starts.
  const start = others.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word));
  return start === -1 ? [] : withoutInits(others.slice(start));
}

function nameOf(program: string): string {
  return program.split('/').at(-1) ?? program;
}
