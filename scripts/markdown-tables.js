/**
 * A table of a Markdown text, and where it stands.
 * @typedef {object} Table
 * @property {readonly string[]} head
 * @property {readonly (readonly string[])[]} rows
 */

/**
 * Every table of a text, in order.
 * @param {string} text
 * @returns {Table[]}
 */
export function tablesOf(text) {
  return [...text.matchAll(/^\|.*\n\|[ |:-]+\n(?:\|.*\n?)+/gm)].map(([table]) => {
    const [head = [], , ...rows] = table.trim().split('\n').map(cellsOf);
    return { head, rows };
  });
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function tableOf(head, rows) {
  return [head, head.map(() => '---'), ...rows].map(lineOf).join('\n');
}

/**
 * The row that begins so, or an error: a figure that is not there must not look like one that is good.
 * @param {Table} table
 * @param {string} first
 */
export function rowOf({ head, rows }, first) {
  const row = rows.find(([name]) => name === first);
  if (row === undefined) throw new Error(`the table "${head.join(' | ')}" has no row "${first}"`);
  return row;
}

/**
 * The cell of a row in the column of that name.
 * @param {Table} table
 * @param {readonly string[]} row
 * @param {string} column
 */
export function cellOf({ head }, row, column) {
  const cell = row[head.indexOf(column)];
  if (cell === undefined) throw new Error(`the table "${head.join(' | ')}" has no column "${column}"`);
  return cell;
}

/**
 * A bar that belongs to the text is written `\|`.
 * @param {string} line
 */
function cellsOf(line) {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll(String.raw`\|`, '|'));
}

/** @param {readonly string[]} cells */
function lineOf(cells) {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}
