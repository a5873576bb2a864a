/**
 * @typedef {object} DocumentedOption
 * @property {string} [variable]
 * @property {string} example
 * @property {string} fallback
 * @property {string} purpose
 */

const BEGIN = /^<!-- options:.*-->$/m;
const END = '<!-- /options -->';

/**
 * Every option as a Markdown table, in the order they come.
 * @param {Readonly<Record<string, DocumentedOption>>} fields
 */
export function optionsTable(fields) {
  const rows = Object.entries(fields).map(([name, field]) => [
    code(name),
    field.variable === undefined ? '' : code(field.variable),
    field.fallback.startsWith('{') ? code(field.fallback) : field.fallback,
    code(field.example),
    field.purpose,
  ]);
  const head = ['option', 'variable', 'default', 'to type', 'what it is for'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escape).join(' | ')} |`).join('\n');
}

/**
 * What stands between the two marks of a text.
 * @param {string} text
 */
export function writtenTable(text) {
  const [from, to] = findMarks(text);
  return text.slice(from, to).trim();
}

/**
 * The text with another table between its marks.
 * @param {string} text
 * @param {string} table
 */
export function withTable(text, table) {
  const [from, to] = findMarks(text);
  return `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`;
}

/**
 * @param {string} text
 * @returns {[number, number]}
 */
function findMarks(text) {
  const begin = BEGIN.exec(text);
  const to = text.indexOf(END);
  if (begin === null || to < begin.index) throw new Error(`expected a line like ${BEGIN} and after it ${END}`);
  return [begin.index + begin[0].length, to];
}

/** @param {string} text */
function code(text) {
  return `\`${text}\``;
}

/**
 * A bar would end the cell.
 * @param {string} text
 */
function escape(text) {
  return text.replaceAll('|', String.raw`\|`);
}
