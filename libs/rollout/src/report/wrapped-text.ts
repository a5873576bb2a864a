/** A text in lines of at most so many characters, broken between words; a longer word stands alone. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** Filled up with spaces; something too long keeps one space behind it. */
export function padded(text: string, width: number): string {
  return text.length >= width ? `${text} ` : text.padEnd(width);
}
