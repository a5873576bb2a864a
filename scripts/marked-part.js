/**
 * What stands between the marks `<!-- name: … -->` and `<!-- /name -->` of a text.
 * @param {string} text
 * @param {string} name
 */
export function writtenPart(text, name) {
  const [from, to] = findMarks(text, name);
  return text.slice(from, to).trim();
}

/**
 * The text with another part between its marks.
 * @param {string} text
 * @param {string} name
 * @param {string} part
 */
export function withPart(text, name, part) {
  const [from, to] = findMarks(text, name);
  return `${text.slice(0, from)}\n\n${part}\n\n${text.slice(to)}`;
}

/**
 * @param {string} text
 * @param {string} name
 * @returns {[number, number]}
 */
function findMarks(text, name) {
  const begin = new RegExp(`^<!-- ${name}:.*-->$`, 'm').exec(text);
  const end = `<!-- /${name} -->`;
  const to = text.indexOf(end);
  if (begin === null || to < begin.index) throw new Error(`expected a line <!-- ${name}: … --> and after it ${end}`);
  return [begin.index + begin[0].length, to];
}
