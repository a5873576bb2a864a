/** Text that is markup already. Everything else is escaped on its way into an element. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand in an element. Strings are text, never markup. */
export type Content = Markup | string | number | undefined | readonly Content[];

/** Attributes; what is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Elements of HTML that have no end tag. */
const VOID: ReadonlySet<string> = new Set(['meta', 'br', 'hr']);

/** An element of HTML or SVG. */
export function element(name: string, attributes: Attributes = {}, ...content: readonly Content[]): Markup {
  const written = Object.entries(attributes).map(([key, value]) =>
    value === undefined ? '' : ` ${key}="${escape(short(value))}"`,
  );
  const start = `<${name}${written.join('')}>`;
  return new Markup(VOID.has(name) ? start : `${start}${render(content)}</${name}>`);
}

/** The text of some content, escaped. */
export function render(content: Content): string {
  if (content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string' || typeof content === 'number') return escape(String(content));
  return content.map((part) => render(part)).join('');
}

/** Safe in text and in quoted attributes; characters that no document may have become visible. */
export function escape(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      // eslint-disable-next-line no-control-regex -- these are what it is about
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\u{fffd}')
  );
}

/** Two digits behind the point are finer than any screen. */
function short(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}
