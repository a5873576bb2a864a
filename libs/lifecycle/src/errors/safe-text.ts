/** The longest name: a label, a reason, the name of a hook. */
const LONGEST_NAME = 300;
/** The longest message of an error. */
export const LONGEST_MESSAGE = 2000;

/**
 * Characters that would end a line, colour it, change its direction or be invisible: C0 and C1 controls, line and
 * paragraph separators, bidirectional controls, zero-width characters, unpaired surrogates, and tags.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]|\uDB40[\uDC00-\uDC7F]/g;

const SHORT: Readonly<Record<string, string>> = { '\n': String.raw`\n`, '\r': String.raw`\r`, '\t': String.raw`\t` };

/** A text on one line with only visible characters: control and direction characters are escaped. */
export function escapeText(text: string): string {
  return text.replace(UNSAFE, (found) => SHORT[found] ?? escaped(found));
}

function escaped(found: string): string {
  const units = Array.from({ length: found.length }, (_none, index) => found.charCodeAt(index));
  return units.map((unit) => String.raw`\u` + unit.toString(16).padStart(4, '0')).join('');
}

/** The beginning of a text, and its length. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const mark = ` … (${text.length} characters)`;
  return text.slice(0, Math.max(0, most - mark.length)) + mark;
}

/**
 * Any value as a name for logs and the report: a label, a reason, a name that was passed. Types promise a string, and
 * untyped code passes anything. Never throws.
 */
export function nameText(value: unknown, most = LONGEST_NAME): string {
  return shorten(escapeText(shorten(textOf(value), most)), most);
}

/** Any value as text. Never throws: objects without a prototype and getters that throw cannot be shown. */
export function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return `a value of type ${typeof value} that cannot be shown`;
  }
}
