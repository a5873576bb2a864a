import { tableOf } from './markdown-tables.js';

/**
 * The index of the rules, in the order of the registry.
 * @param {string} registry the text of rules/registry.ts
 * @param {ReadonlyMap<string, string>} pages by the id of their rule
 */
export function rulesTable(registry, pages) {
  const [, listed = ''] = /RULES: readonly Rule\[\] = \[(.*?)\];/s.exec(registry) ?? [];
  const names = [...listed.matchAll(/^ {2}(\w+),$/gm)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error('found no rules in registry.ts');
  const rows = names.map((name) => {
    const id = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const [, severity = '', summary = ''] = /^\*\*(\w+)\*\* · (.+)$/m.exec(pages.get(id) ?? '') ?? [];
    if (summary === '') throw new Error(`docs/rules/${id}.md is missing, or has no line **severity** · summary`);
    return [`[${id}](${id}.md)`, severity, summary];
  });
  return tableOf(['rule', 'severity', 'what is wrong'], rows);
}
