import { type $ZodIssue } from 'zod/v4/core';
import { type ScenarioProblem } from './invalid-scenario-error.js';

/** What a schema has found, as problems of options. */
export function problemsOf(issues: readonly $ZodIssue[]): ScenarioProblem[] {
  return issues.flatMap(toProblems);
}

/** In a union the problems of its closest member say the most. */
function toProblems(issue: $ZodIssue): ScenarioProblem[] {
  const at = nameOf(issue.path);
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.toSorted((a, b) => deepest(b) - deepest(a))[0] ?? [];
    const found = inner.flatMap((other) => toProblems({ ...other, path: [...issue.path, ...other.path] }));
    if (found.length > 0 && deepest(inner) > 0) return found;
    return [{ option: at, message: inner.map(({ message }) => message).join('; ') || issue.message }];
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ option: at === '' ? key : `${at}.${key}`, message: 'is no option' }));
  }
  return [{ option: at, message: whatToWrite(issue) ?? issue.message }];
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'fields with names',
};

/** In place of what the schema says where nobody has written more. */
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
