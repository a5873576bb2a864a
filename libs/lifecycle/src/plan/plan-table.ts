import { type PlannedStep } from './shutdown-plan.js';

/** What each part of a shutdown is called in the table. */
const PARTS: Readonly<Record<PlannedStep['when'], string>> = {
  'lame-duck': 'at the signal, while all is served',
  draining: 'in the drain',
  closing: 'when nothing is in flight any more',
  nest: "Nest's own hooks",
  end: 'when all hooks have run',
  stopped: 'when all is over',
};

const HEAD = { order: '#', priority: 'priority', name: 'what', by: 'by' } as const;
type Column = keyof typeof HEAD;
const COLUMNS: readonly Column[] = ['order', 'priority', 'name', 'by'];
type Row = Readonly<Record<Column, string>>;

/** A plan as a table to read: its steps in order, under the part of the shutdown that they belong to. */
export function planTable(steps: readonly PlannedStep[]): string {
  const rows = steps.map(rowOf);
  const width = (column: Column): number => Math.max(HEAD[column].length, ...rows.map((row) => row[column].length));
  const line = (row: Row): string =>
    COLUMNS.map((column) => row[column].padEnd(width(column)))
      .join('  ')
      .trimEnd();
  const body = steps.flatMap(({ when }, index) => {
    const text = line(rows[index] ?? HEAD);
    return steps[index - 1]?.when === when ? [text] : ['', `${PARTS[when]}:`, text];
  });
  return `${[line(HEAD), ...body].join('\n')}\n`;
}

function rowOf({ what, name, priority, type, by }: PlannedStep, index: number): Row {
  return {
    order: String(index + 1),
    priority: priority === undefined ? '' : String(priority),
    name: `${VERBS[what](name)}${type === undefined ? '' : ` (${type})`}`,
    by,
  };
}

const VERBS: Readonly<Record<PlannedStep['what'], (name: string) => string>> = {
  intake: (name) => `stop ${name}`,
  drain: (name) => name,
  hook: (name) => `hook ${name}`,
  'nest-hooks': (name) => name,
  resource: (name) => `close ${name}`,
};
