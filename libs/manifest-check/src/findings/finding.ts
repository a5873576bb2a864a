import { type TextEdit } from '../edits/text-edit.js';
import { type Severity } from './severity.js';

/** What is wrong at one place of a file. Data only: how it is shown is another's business. */
export interface Finding {
  /** The id of the rule, which is also the name of its page. */
  readonly rule: string;
  readonly severity: Severity;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** What it is about: `Deployment orders`. */
  readonly subject: string;
  /** What is wrong, with the numbers. */
  readonly message: string;
  /** Why that loses requests. */
  readonly why: string;
  /** What to do, as text to paste. */
  readonly remedy: string;
  /** The Helm template that the place was rendered from. */
  readonly template?: string | undefined;
  readonly fix?: Fix | undefined;
  /** Where else the same is found, in files that are applied instead of this one: other environments, other overlays. */
  readonly also?: readonly OtherPlace[] | undefined;
}

/** Another place of a finding. */
export interface OtherPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly fix?: Fix | undefined;
}

/** A change of the file that ends a finding. */
export interface Fix {
  /** Whether it can be applied unseen: it changes nothing but what the finding is about, and only here. */
  readonly isSafe: boolean;
  readonly edits: readonly TextEdit[];
}

/** In the order of files, lines and columns. */
export function compareFindings(one: Finding, other: Finding): number {
  return (
    compareTexts(one.file, other.file) ||
    one.line - other.line ||
    one.column - other.column ||
    compareTexts(one.rule, other.rule) ||
    compareTexts(one.message, other.message)
  );
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
