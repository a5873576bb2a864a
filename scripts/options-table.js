import { tableOf } from './markdown-tables.js';

/**
 * @typedef {object} DocumentedOption
 * @property {string} [variable]
 * @property {string} example
 * @property {string} fallback
 * @property {string} purpose
 */

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
  return tableOf(['option', 'variable', 'default', 'to type', 'what it is for'], rows);
}

/** @param {string} text */
function code(text) {
  return `\`${text}\``;
}
