import { type Position } from './source.js';

/** Why a file could not be read. Stable names, safe to switch on. */
export type UnusableInputCode =
  | 'NOT_READABLE'
  | 'NOT_WRITABLE'
  | 'TOO_LARGE'
  | 'NOT_TEXT'
  | 'BROKEN_SYNTAX'
  | 'DUPLICATE_KEY'
  | 'TOO_DEEP'
  | 'TOO_MANY_ALIASES'
  | 'NOT_RENDERED'
  | 'WRONG_SETTINGS';

/** What an {@link UnusableInput} is made of. */
export interface UnusableInputParts extends Position {
  readonly code: UnusableInputCode;
  readonly file: string;
  /** What happened, and why that is in the way. */
  readonly problem: string;
  /** What to type. */
  readonly remedy: string;
}

/** A file that cannot be checked. The message says where, what happened, why, and what to type. */
export class UnusableInput extends Error {
  override readonly name = 'UnusableInput';
  readonly code: UnusableInputCode;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly problem: string;
  readonly remedy: string;

  constructor({ code, file, line, column, problem, remedy }: UnusableInputParts) {
    super(`${file}:${line}:${column}: ${problem} ${remedy}`);
    this.code = code;
    this.file = file;
    this.line = line;
    this.column = column;
    this.problem = problem;
    this.remedy = remedy;
  }
}
