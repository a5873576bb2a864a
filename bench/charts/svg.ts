/** Colours that people with any sight can tell apart (Okabe and Ito's), on light and dark pages. */
export const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#d55e00',
  '#cc79a7',
  '#56b4e9',
  '#999999',
  '#000000',
] as const;

/** The colour of the series with this index. */
export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
}

/** An element, with its attributes and what is in it: elements, or a text to be shown as it is. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[] = [],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(shortNumber(value))}"`);
  const start = `<${name}${written.join('')}`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`;
}

/** A text, escaped. */
export function label(text: string, attributes: Readonly<Record<string, string | number>>): string {
  return element('text', attributes, [escape(text)]);
}

/** A whole picture on white. */
export function picture(size: { readonly width: number; readonly height: number }, content: readonly string[]): string {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    ...size,
    viewBox: `0 0 ${size.width} ${size.height}`,
    'font-family': 'system-ui, sans-serif',
    'font-size': 12,
    fill: '#222222',
  };
  const ground = element('rect', { ...size, fill: '#ffffff' });
  return `${element('svg', attributes, ['\n', [ground, ...content].join('\n'), '\n'])}\n`;
}

/** Round numbers from 0 to `most` or a bit beyond, about five of them. */
export function ticksUpTo(most: number): number[] {
  if (!(most > 0)) return [0, 1];
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const count = Math.ceil(most / step - 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}

function shortNumber(value: string | number): string {
  return typeof value === 'number' ? String(Math.round(value * 100) / 100) : value;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
