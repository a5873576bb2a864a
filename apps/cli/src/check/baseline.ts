import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type CheckResult, type Finding } from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

/** A finding that a team knows, without its line, which moves; and how many there are. */
export interface KnownFinding {
  readonly rule: string;
  readonly file: string;
  readonly subject: string;
  readonly message: string;
  readonly count: number;
}

/** What is left of a result when known findings are taken out. */
export interface AgainstBaseline {
  readonly result: CheckResult;
  /** How many were known. */
  readonly known: number;
  /** How many of the baseline are no longer found. */
  readonly gone: number;
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

/** The text of a baseline of what is found now. */
export function baselineOf({ findings }: CheckResult): string {
  const counted = new Map<string, KnownFinding>();
  for (const { rule, file, subject, message } of findings.flatMap(placesOf)) {
    const one = { rule, file: withSlashes(file), subject, message };
    const before = counted.get(keyOf(one))?.count ?? 0;
    counted.set(keyOf(one), { ...one, count: before + 1 });
  }
  return `${JSON.stringify({ version: 1, findings: [...counted.values()] }, undefined, 2)}\n`;
}

/** Takes known findings out, each as often as the baseline has it. */
export function againstBaseline(result: CheckResult, known: readonly KnownFinding[]): AgainstBaseline {
  const left = new Map(known.map((one) => [keyOf(one), one.count] as const));
  const isNew = (finding: Finding): boolean => {
    const key = keyOf({ ...finding, file: withSlashes(finding.file) });
    const count = left.get(key) ?? 0;
    if (count > 0) left.set(key, count - 1);
    return count === 0;
  };
  const findings = result.findings.flatMap((finding): readonly Finding[] => {
    const [first, ...others] = placesOf(finding).filter(isNew);
    if (first === undefined) return [];
    return [
      others.length === 0
        ? first
        : { ...first, also: others.map(({ file, line, column, fix }) => ({ file, line, column, fix })) },
    ];
  });
  const gone = [...left.values()].reduce((sum, count) => sum + count, 0);
  const total = known.reduce((sum, { count }) => sum + count, 0);
  return { result: { ...result, findings }, known: total - gone, gone };
}

function placesOf({ also = [], ...finding }: Finding): readonly Finding[] {
  return [finding, ...also.map((place) => Object.assign({}, finding, place))];
}

function keyOf({ rule, file, subject, message }: Omit<KnownFinding, 'count'>): string {
  return JSON.stringify([rule, file, subject, message]);
}

/** The same on every system. */
function withSlashes(file: string): string {
  return file.replaceAll('\\', '/');
}
