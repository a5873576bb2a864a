/** Characters that take two columns: East Asian wide ones and emoji. https://www.unicode.org/reports/tr11/ */
const WIDE =
  /^(?:[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;
const ZERO = /^\p{Mark}$/u;

/** How many columns a text takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** A text that takes exactly so many columns: filled up, or cut with `mark` at its end. */
export function fitted(text: string, width: number, mark = '…'): string {
  const own = displayWidth(text);
  if (own <= width) return text + ' '.repeat(width - own);
  const room = width - displayWidth(mark);
  let cut = '';
  let used = 0;
  for (const character of text) {
    if (used + widthOf(character) > room) break;
    cut += character;
    used += widthOf(character);
  }
  return cut + mark + ' '.repeat(Math.max(0, room - used));
}

function widthOf(character: string): number {
  if (ZERO.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
