import { obstacleInLine } from './command.js';
import { fromModules, lineFromModules } from './package-programs.js';
import { type Instead, skipInits } from './runner.js';
import { joinWords, wordsIn } from './shell-line.js';

/** How many scripts may start one another. */
const DEEPEST = 5;

/** The scripts of a `package.json`. */
export type PackageScripts = Readonly<Record<string, unknown>>;

/** The scripts that a `package.json` has; none where it is no such file. */
export function scriptsOf(text: string): PackageScripts {
  return mappingIn(text, 'scripts');
}

/** The names of the packages that a `package.json` needs when it runs. */
export function dependenciesOf(text: string): readonly string[] {
  return Object.keys(mappingIn(text, 'dependencies'));
}

function mappingIn(text: string, key: string): Readonly<Record<string, unknown>> {
  try {
    const read: unknown = JSON.parse(text);
    const mapping: unknown = Reflect.get(Object(read), key);
    return typeof mapping === 'object' && mapping !== null ? (mapping as Readonly<Record<string, unknown>>) : {};
  } catch {
    // The package manager says so as soon as it is started.
    return {};
  }
}

/** The commands of a script, and of those that it starts; none where no file shows them. */
export function commandsOfScript(
  { script }: Pick<Instead, 'script'>,
  scripts: PackageScripts,
  level = 0,
): readonly string[] {
  const text = script === undefined ? undefined : scripts[script];
  if (typeof text !== 'string' || level === DEEPEST) return [];
  const next = obstacleInLine(text)?.instead ?? {};
  return [text, ...commandsOfScript(next, scripts, level + 1)];
}

/** What to start instead, where a script was guessed at, and `package.json` says what it runs. */
export function withScripts(instead: Instead, scripts: PackageScripts, level = 0): Instead {
  const text = instead.script === undefined ? undefined : scripts[instead.script];
  if (typeof text !== 'string' || text.trim() === '' || level === DEEPEST) return instead;
  const own = obstacleInLine(text)?.instead ?? plain(text);
  return own === undefined ? instead : inPlace(instead, withScripts(withoutManager(own), scripts, level + 1));
}

function plain(text: string): Instead | undefined {
  const words = wordsIn(text);
  return words && { words };
}

/** The same where it is started without the package manager. */
function withoutManager(instead: Instead): Instead {
  const { words, line } = instead;
  if (line === undefined) return { ...instead, words: fromModules(words, skipInits(words)) };
  const written = lineFromModules(line);
  return { ...instead, words: words.map((word) => (word === line ? written : word)), line: written };
}

/** What is known in the place of the guess: the last words, or in the line of a shell. */
function inPlace(instead: Instead, { words: better, hint }: Instead): Instead {
  const { words, line } = instead;
  const isLast = words.slice(-GUESS.length).join(' ') === GUESS.join(' ');
  if (isLast) return { words: [...words.slice(0, -GUESS.length), ...better], hint };
  if (line === undefined) return instead;
  const written = line.replace(GUESS.join(' '), () => joinWords(better));
  return { words: words.map((word) => (word === line ? written : word)), line: written, hint };
}

/** What stands for a script that no file shows. */
const GUESS = ['node', 'dist/main.js'] as const;
