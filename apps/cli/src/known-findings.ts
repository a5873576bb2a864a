import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** A finding that a team knows, without its line, which moves; and how many there are. */
export interface KnownFinding {
  readonly rule: string;
  readonly file: string;
  readonly subject: string;
  readonly message: string;
  readonly count: number;
}

/**
 * Reads a baseline.
 *
 * @throws UsageError when it is not there, or is none
 */
export async function readBaseline(file: string, { cwd }: Terminal): Promise<readonly KnownFinding[]> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `cannot read --baseline ${file} (${error.code ?? error.message}): write it first, with --baseline ${file} --update-baseline`,
    );
  });
  const found = knownIn(text);
  if (found === undefined) {
    throw new UsageError(`${file} is no baseline: write it anew, with --baseline ${file} --update-baseline`);
  }
  return found;
}

function knownIn(text: string): readonly KnownFinding[] | undefined {
  try {
    const read: unknown = JSON.parse(text);
    const findings: unknown = Reflect.get(Object(read), 'findings');
    return Array.isArray(findings) && findings.every(isKnown) ? findings : undefined;
  } catch {
    // It is no JSON, and the caller says what to type.
    return undefined;
  }
}

function isKnown(value: unknown): value is KnownFinding {
  const texts = ['rule', 'file', 'subject', 'message'].map((key): unknown => Reflect.get(Object(value), key));
  const count: unknown = Reflect.get(Object(value), 'count');
  return texts.every((text) => typeof text === 'string') && typeof count === 'number' && count > 0;
}

/** The text of a baseline. */
export function baselineText(findings: readonly KnownFinding[]): string {
  return `${JSON.stringify({ version: 1, findings }, undefined, 2)}\n`;
}

/** What a finding is known by. */
export function keyOf({ rule, file, subject, message }: Omit<KnownFinding, 'count'>): string {
  return JSON.stringify([rule, file, subject, message]);
}
