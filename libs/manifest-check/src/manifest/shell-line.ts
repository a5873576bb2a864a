import { shellWord, splitWords } from 'nestjs-lifecycle-shared';

/** One command of a line that a shell is given. */
export interface ShellCommand {
  /** As it is written, without blanks around it. */
  readonly text: string;
  /** Where it begins in the line. */
  readonly start: number;
  /** What joins it to the one before; none for the first one. */
  readonly before: Operator | '';
  /** What follows it; none for the last one, unless the line ends with an operator. */
  readonly after: Operator | '';
}

type Operator = '&&' | '||' | ';' | '|' | '&' | '\n';

/** Whether a program is a shell, by its name or path. */
export function isShell(program: string): boolean {
  return /^(?:\S*\/)?(?:ba|da|a|z|k)?sh$/.test(program);
}

/** Where among its words the line is that a shell is given by `-c`; `undefined` where it is given a script, or nothing. */
export function shellLineIndex(words: readonly string[]): number | undefined {
  const option = words.findIndex((word, index) => index > 0 && /^-[a-z]*c$/i.test(word));
  return option === -1 || option + 1 >= words.length ? undefined : option + 1;
}

const TOKEN =
  /(?<skip>'[^']*'|"(?:[^"\\]|\\.)*"|\\.|\$\([^()]*\)|\$\{[^{}]*\}|[<>]&|&>|(?<![^\s;&|])#[^\n]*)|(?<operator>&&|\|\||[;|&\n])/gs;

/** The commands of a line, in their order. Quotes are respected; what loops and conditions hold is not told apart. */
export function commandsIn(line: string): readonly ShellCommand[] {
  const operators = [...line.matchAll(TOKEN)].filter(({ groups }) => groups?.['operator'] !== undefined);
  const ends = [...operators.map(({ index }) => index), line.length];
  const pieces = ends.map((end, at) => {
    const previous = operators[at - 1];
    const start = previous === undefined ? 0 : previous.index + previous[0].length;
    return { start, text: line.slice(start, end), after: operatorOf(operators[at]?.[0]) };
  });
  const commands: ShellCommand[] = [];
  for (const { start, text, after } of pieces) {
    const trimmed = text.replace(/(?<!\S)#[^\n]*$/, '').trim();
    if (trimmed === '') continue;
    const offset = text.length - text.trimStart().length;
    commands.push({ text: trimmed, start: start + offset, before: commands.at(-1)?.after ?? '', after });
  }
  return commands;
}

function operatorOf(text = ''): Operator | '' {
  return (['&&', '||', ';', '|', '&', '\n'] as const).find((operator) => operator === text) ?? '';
}

/** Whether a command is part of a loop, a condition, a function or a group, so that only running it would tell. */
export function isCompound({ text }: ShellCommand): boolean {
  return (
    /^(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|function|select|trap|!|\{|\}|\()(?:\s|$)/.test(
      `${text} `,
    ) || /^\(|^\w+\s*\(\)|\)$/.test(text)
  );
}

/** A command of these words, for a shell. */
export function joinWords(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** The words of a command, as its program gets them; `undefined` where only a shell can tell. */
export function wordsIn(command: string): readonly string[] | undefined {
  const bare = command.replaceAll(/'[^']*'/g, "''");
  // Variables, patterns and redirections are a shell's business.
  if (/[$`]/.test(bare) || /[*?[\]<>(){}~&|;\n]/.test(bare.replaceAll(/"(?:[^"\\]|\\.)*"|\\./gs, ''))) return undefined;
  return splitWords(command);
}
