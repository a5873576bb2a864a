import { Lexer } from 'yaml';
import { type Source } from './source.js';

/** What the lexer puts between the pieces of the text: the beginning of a document, of a scalar, an end of brackets. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001F']);
const SCALAR_FOLLOWS = '\u001F';

/** The column of the comment of each line that has one; a `#` in a string begins none. */
export function yamlComments(source: Source): ReadonlyMap<number, number> {
  const columns = new Map<number, number>();
  let offset = 0;
  let before = '';
  for (const piece of new Lexer().lex(source.text)) {
    if (piece.startsWith('#') && before !== SCALAR_FOLLOWS) {
      const { line, column } = source.positionAt(offset);
      columns.set(line, column);
    }
    if (!MARKS.has(piece)) offset += piece.length;
    before = piece;
  }
  return columns;
}
