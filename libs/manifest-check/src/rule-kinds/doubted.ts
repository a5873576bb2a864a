import { type Doubt } from '../manifest/doubt.js';

/** What may not be so is a note, and says what it is unsure of. */
export function doubted<T extends { readonly message: string }>(
  report: T,
  doubt: Doubt,
): T & { readonly severity: 'note'; readonly fix: undefined } {
  return { ...report, severity: 'note', message: `${report.message} (${DOUBTS[doubt]})`, fix: undefined };
}

const DOUBTS: Readonly<Record<Doubt, string>> = {
  'runtime unknown': 'a note, since nothing here shows whether it runs Node',
  'no server': 'a note, since what it starts is for development, or runs once',
};
