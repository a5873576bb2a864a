import { type CheckResult, type Finding } from 'nestjs-lifecycle-manifest-check';
import { baselineText, keyOf, type KnownFinding } from '../known-findings.js';

/** What is left of a result when known findings are taken out. */
export interface AgainstBaseline {
  readonly result: CheckResult;
  /** How many were known. */
  readonly known: number;
  /** How many of the baseline are no longer found. */
  readonly gone: number;
}

/** The text of a baseline of what is found now. */
export function baselineOf({ findings }: CheckResult): string {
  const counted = new Map<string, KnownFinding>();
  for (const { rule, file, subject, message } of findings.flatMap(placesOf)) {
    const one = { rule, file: withSlashes(file), subject, message };
    const before = counted.get(keyOf(one))?.count ?? 0;
    counted.set(keyOf(one), { ...one, count: before + 1 });
  }
  return baselineText([...counted.values()]);
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

/** The same on every system. */
function withSlashes(file: string): string {
  return file.replaceAll('\\', '/');
}
