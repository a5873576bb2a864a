/** A fenced block. */
export interface Block {
  /** What stands behind the fence: `ts`, `sh`, `yaml`, … */
  readonly kind: string;
  readonly text: string;
  /** Of its first line, for messages. */
  readonly line: number;
}

const FENCE = /^```(.*)$/;

/** Every fenced block, in order. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { kind: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open === undefined) {
      if (fence !== null) open = { kind: (fence[1] ?? '').trim(), line: index + 2, lines: [] };
    } else if (fence === null) open.lines.push(line);
    else {
      blocks.push({ kind: open.kind, text: `${open.lines.join('\n')}\n`, line: open.line });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`the fence above line ${open.line} is never closed`);
  return blocks;
}

/** The text without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```[^]*?^```$/gm, '');
}

/** Rows of the table whose first heading is `first`, each by column name. */
export function tableOf(markdown: string, first: string): Record<string, string>[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => cellsOf(line)[0] === first);
  if (start < 0) throw new Error(`there is no table whose first column is "${first}"`);
  const head = cellsOf(lines[start] ?? '');
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end).map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(head.map((name, index) => [name, cells[index] ?? '']));
  });
}

/** A row's cells. A bar that belongs to the text is written `\|`. */
function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

/** What stands between backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Where links lead. What stands between backticks is no link. */
export function linksIn(markdown: string): string[] {
  const text = proseOf(markdown).replaceAll(/`[^`\n]+`/g, 'code');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors of all headings, as GitHub makes them: the second of a name ends in `-1`. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  return [...proseOf(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}
