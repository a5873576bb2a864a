import { tableOf } from './markdown-tables.js';

/**
 * @typedef {object} DocumentedOption
 * @property {string} [variable]
 * @property {string} example
 * @property {string} fallback
 * @property {string} purpose
 * @property {string} [page]
 */

/** The page of docs that has the options without a page of their own. */
const PAGE = 'options';

/**
 * The pages with options.
 * @param {Readonly<Record<string, DocumentedOption>>} fields
 */
export function pagesWithOptions(fields) {
  return [...new Set([PAGE, ...Object.values(fields).map(({ page = PAGE }) => page)])];
}

/**
 * Every option of a page as a Markdown table, in the order they come.
 * @param {Readonly<Record<string, DocumentedOption>>} fields
 * @param {string} wanted
 */
export function optionsTable(fields, wanted = PAGE) {
  const own = Object.entries(fields).filter(([, { page = PAGE }]) => page === wanted);
  const rows = own.map(([name, field]) => [
    code(name),
    field.variable === undefined ? '' : code(field.variable),
    field.fallback.startsWith('{') ? code(field.fallback) : field.fallback,
    code(field.example),
    field.purpose,
  ]);
  return tableOf(['option', 'variable', 'default', 'to type', 'what it is for'], rows);
}

/** @param {string} text */
function code(text) {
  return `\`${text}\``;
}
