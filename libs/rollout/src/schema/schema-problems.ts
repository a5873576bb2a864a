import { type $ZodIssue } from 'zod/v4/core';

/** One thing that a schema refuses. */
export interface SchemaProblem {
  /** As in `requests[0].weight`; empty for the whole value. */
  readonly at: string;
  /** What is wrong, and what to write instead. */
  readonly message: string;
}

/** What a schema refuses, each with the field it is about. */
export function problemsOf(issues: readonly $ZodIssue[]): SchemaProblem[] {
  return issues.flatMap(toProblems);
}

/** In a union the problems of its closest member say the most. */
function toProblems(issue: $ZodIssue): SchemaProblem[] {
  const at = nameOf(issue.path);
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.toSorted((a, b) => deepest(b) - deepest(a))[0] ?? [];
    const found = inner.flatMap((other) => toProblems({ ...other, path: [...issue.path, ...other.path] }));
    if (found.length > 0 && deepest(inner) > 0) return found;
    return [{ at, message: inner.map(({ message }) => message).join('; ') || issue.message }];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ at: at === '' ? key : `${at}.${key}`, message: 'is no option' }));
  }
  return [{ at, message: whatToWrite(issue) ?? issue.message }];
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields with names',
};

/** What to write, in place of zod's own message; `undefined` where the schema brings a message of its own. */
function whatToWrite(issue: $ZodIssue): string | undefined {
  if (!/^(Too (small|big)|Invalid input): /.test(issue.message)) return undefined;
  if (issue.code === 'invalid_type') return KINDS[issue.expected] && `write ${KINDS[issue.expected]}`;
  if (issue.code === 'too_big' && issue.origin === 'number') return `write ${issue.maximum} or less`;
  if (issue.code !== 'too_small') return undefined;
  if (issue.origin !== 'number') return 'is empty: write at least one';
  return issue.inclusive === false ? `write more than ${issue.minimum}` : `write ${issue.minimum} or more`;
}

function deepest(issues: readonly { readonly path: readonly PropertyKey[]; readonly code?: string }[]): number {
  return Math.max(
    0,
    ...issues.map(({ path, code }) => path.length + (code === 'custom' || code === 'unrecognized_keys' ? 1 : 0)),
  );
}

function nameOf(path: readonly PropertyKey[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
