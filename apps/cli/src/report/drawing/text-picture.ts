import { styleText } from 'node:util';
import { ticks, time } from 'nestjs-lifecycle-shared';
import { displayWidth, fitted } from './display-width.js';
import { type Lane, type Lanes, type List, mostImportant, type Picture } from './picture.js';

/** How a picture is drawn in a terminal. */
export interface TextLook {
  readonly columns: number;
  readonly colours: boolean;
  /** Bars of `#` instead of blocks. */
  readonly ascii: boolean;
  /** Sentences instead of bars. */
  readonly plain: boolean;
}

const NARROWEST = 40;
const WIDEST = 160;
/** Fewer columns are no bar. */
const SHORTEST_BAR = 16;
const MOST_ROWS = 40;
const MOST_ITEMS = 20;

const BLOCKS = { full: '█', bad: '▓', empty: '·', deadline: '│', dots: '…', dash: '–' } as const;
const ASCII = { full: '#', bad: '!', empty: '.', deadline: '|', dots: '...', dash: '-' } as const;

type Colour = 'green' | 'red' | 'cyan' | 'yellow' | 'blue' | 'gray' | 'bold';

const COLOURS: Readonly<Record<Lane['look'], Colour>> = {
  'lame-duck': 'yellow',
  draining: 'cyan',
  closing: 'blue',
  other: 'gray',
  good: 'green',
  bad: 'red',
};

/** Draws a picture with text. Every line makes sense without its colours, and without its bar. */
export function textPicture(picture: Picture, look: TextLook): string {
  return new TextPicture(picture, look).draw();
}

class TextPicture {
  readonly #signs: typeof BLOCKS | typeof ASCII;
  readonly #columns: number;
  readonly #names: number;
  readonly #words: number;
  readonly #bar: number;

  constructor(
    private readonly picture: Picture,
    private readonly look: TextLook,
  ) {
    this.#signs = look.ascii ? ASCII : BLOCKS;
    this.#columns = Math.min(Math.max(look.columns, NARROWEST), WIDEST);
    const rows = picture.lanes.flatMap((lanes) => lanes.rows);
    const widest = (of: (row: Lane) => string): number =>
      rows.reduce((most, row) => Math.max(most, displayWidth(of(row))), 0);
    this.#names = Math.min(
      Math.max(
        widest(({ name }) => name),
        10,
      ),
      Math.floor(this.#columns * 0.32),
    );
    this.#words = Math.min(
      widest((row) => wordsOf(row).join(', ')),
      Math.floor(this.#columns * 0.34),
    );
    this.#bar = this.#columns - this.#names - this.#words - 6;
  }

  draw(): string {
    const { headline, isGood, about, figures, lanes, lists } = this.picture;
    const hasBars = !this.look.plain && lanes.length > 0 && this.#bar >= SHORTEST_BAR;
    const lines = [
      this.#paint(isGood ? 'green' : 'red', headline),
      about.join(', '),
      '',
      ...this.#wrapped(
        figures.map(({ name, value }) => `${name}: ${value}`),
        this.#columns,
      ),
      ...(hasBars ? ['', ...this.#axis()] : []),
      ...lanes.flatMap((group) => this.#group(group, hasBars)),
      ...lists.flatMap((list) => this.#list(list)),
    ];
    return `${lines.map((line) => this.#plainSigns(line.trimEnd())).join('\n')}\n`;
  }

  /** Signs of our own that are not ASCII; foreign text stays as it is. */
  #plainSigns(line: string): string {
    return this.look.ascii ? line.replaceAll('–', '-').replaceAll('…', '...') : line;
  }

  #paint(colour: Colour, text: string): string {
    return this.look.colours ? styleText(colour, text, { validateStream: false }) : text;
  }

  /** Parts with commas between them, in lines that are not wider than that; a part that is wider is cut. */
  #wrapped(parts: readonly string[], width: number): string[] {
    const lines: string[] = [];
    for (const part of parts) {
      const last = lines.at(-1);
      const joined = `${last ?? ''}, ${part}`;
      if (last !== undefined && displayWidth(joined) < width) lines[lines.length - 1] = joined;
      else lines.push(displayWidth(part) > width ? fitted(part, width, this.#signs.dots) : part);
    }
    return lines.map((line, index) => (index < lines.length - 1 ? `${line},` : line));
  }

  #at(ms: number): number {
    return Math.round((Math.min(ms, this.picture.endMs) / this.picture.endMs) * (this.#bar - 1));
  }

  #axis(): string[] {
    const { endMs, deadlineMs } = this.picture;
    const cells = Array.from({ length: this.#bar }, () => ' ');
    const put = (at: number, text: string): void => {
      const begin = Math.min(at, this.#bar - text.length);
      const room = cells.slice(Math.max(0, begin - 1), begin + text.length + 1);
      if (begin < 0 || room.some((cell) => cell !== ' ')) return;
      for (let index = 0; index < text.length; index += 1) cells[begin + index] = text.charAt(index);
    };
    if (deadlineMs !== undefined && deadlineMs > 0) put(this.#at(deadlineMs), `budget ${time(deadlineMs)}`);
    for (const ms of ticks(endMs, Math.max(2, Math.floor(this.#bar / 9)))) put(this.#at(ms), ms === 0 ? '0' : time(ms));
    return [`  ${' '.repeat(this.#names)}  ${cells.join('')}`];
  }

  #group({ title, rows }: Lanes, hasBars: boolean): string[] {
    const shown = mostImportant(rows, MOST_ROWS);
    return [
      ...(hasBars ? [] : ['']),
      this.#paint('bold', title),
      ...shown.flatMap((row) => this.#row(row, hasBars)),
      ...restOf(rows, shown),
    ];
  }

  #row(row: Lane, hasBars: boolean): string[] {
    const error = row.error === undefined ? [] : [this.#paint('red', `    ${row.error}`)];
    if (!hasBars) return [`  ${sentenceOf(row)}`, ...error];
    const name = fitted(row.name, this.#names, this.#signs.dots);
    const [words = '', ...rest] = this.#wrapped(wordsOf(row), this.#words);
    const indent = ' '.repeat(this.#names + this.#bar + 6);
    return [`  ${name}  ${this.#barOf(row)}  ${words}`, ...rest.map((more) => indent + more), ...error];
  }

  #barOf({ fromMs, toMs, look }: Lane): string {
    const { deadlineMs, endMs } = this.picture;
    const deadline = deadlineMs === undefined || deadlineMs <= 0 || deadlineMs > endMs ? -1 : this.#at(deadlineMs);
    const [from, to] = fromMs === undefined || toMs === undefined ? [-1, -2] : [this.#at(fromMs), this.#at(toMs)];
    const { full, bad, empty, deadline: line } = this.#signs;
    const cells = Array.from({ length: this.#bar }, (_, at) => {
      if (at >= from && at <= Math.max(from, to - 1)) return look === 'bad' ? bad : full;
      return at === deadline ? line : empty;
    });
    if (from < 0) return ' '.repeat(this.#bar);
    const end = Math.max(from, to - 1) + 1;
    const [before, bar, after] = [cells.slice(0, from), cells.slice(from, end), cells.slice(end)];
    return before.join('') + this.#paint(COLOURS[look], bar.join('')) + after.join('');
  }

  #list({ title, isBad, items }: List): string[] {
    const rest = items.length - MOST_ITEMS;
    return [
      '',
      this.#paint(isBad ? 'red' : 'bold', title),
      ...items.slice(0, MOST_ITEMS).map((item) => `  ${item}`),
      ...(rest > 0 ? [`  and ${rest} more`] : []),
    ];
  }
}

function wordsOf({ took, result, place }: Lane): string[] {
  return [...[took, ...result.split(', ')], place].filter((text) => text !== '');
}

function sentenceOf(row: Lane): string {
  const { name, fromMs, toMs } = row;
  const when =
    fromMs === undefined || toMs === undefined ? [] : [`from ${fromMs === 0 ? '0' : time(fromMs)} to ${time(toMs)}`];
  return `${name}: ${[...when, ...wordsOf(row)].join(', ')}`;
}

function restOf(rows: readonly Lane[], shown: readonly Lane[]): string[] {
  const rest = rows.length - shown.length;
  if (rest === 0) return [];
  const isAnyBad = rows.some((row) => row.look === 'bad' && !shown.includes(row));
  return [`  and ${rest} more${isAnyBad ? '' : ' that ended well and took less'}`];
}
