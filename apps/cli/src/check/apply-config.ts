import { type CheckResult, type Finding } from 'nestjs-lifecycle-manifest-check';
import { type CheckConfig, type RuleLevel } from './check-config.js';
import { globPattern, isMatched } from './glob.js';

type Place = Pick<Finding, 'file' | 'line' | 'column' | 'fix'>;

/** What is found, as a team wants it: without the rules that it leaves out, and with its own severities. The last override counts. */
export function applyConfig(result: CheckResult, { rules, overrides }: CheckConfig): CheckResult {
  const own = overrides.map((override) => ({
    ...override,
    files: override.files.map(globPattern),
    workloads: override.workloads.map(globPattern),
  }));
  const levelAt = (finding: Finding, file: string): RuleLevel => {
    const special = own.findLast(
      (override) => override.rules[finding.rule] !== undefined && isFor(override, finding, file),
    );
    return special?.rules[finding.rule] ?? rules[finding.rule] ?? finding.severity;
  };
  return { ...result, findings: result.findings.flatMap((finding) => withLevels(finding, levelAt)) };
}

/** What an override is for, ready to be compared. */
export interface Target {
  readonly files: readonly RegExp[];
  readonly workloads: readonly RegExp[];
}

/** Whether a place of a finding is among those. */
export function isFor({ files, workloads }: Target, { subject }: Finding, file: string): boolean {
  const name = subject.split(' ').at(-1) ?? '';
  return (files.length === 0 || isMatched(file, files)) && (workloads.length === 0 || isMatched(name, workloads));
}

/** A finding with only some of its places; nothing where none is left. */
export function placesWhere(
  { also = [], ...finding }: Finding,
  isWanted: (file: string) => boolean,
): readonly Finding[] {
  const { file, line, column, fix } = finding;
  const places: readonly Place[] = [{ file, line, column, fix }, ...also];
  const [first, ...others] = places.filter((place) => isWanted(place.file));
  return first === undefined ? [] : [{ ...finding, ...first, ...(others.length > 0 && { also: others }) }];
}

/** Each place of a finding may be another environment, for which something else is written. */
function withLevels(
  { also = [], ...finding }: Finding,
  levelAt: (finding: Finding, file: string) => RuleLevel,
): readonly Finding[] {
  const { file, line, column, fix } = finding;
  const places: readonly Place[] = [{ file, line, column, fix }, ...also];
  const byLevel = new Map<RuleLevel, Place[]>();
  for (const place of places) {
    const level = levelAt(finding, place.file);
    byLevel.set(level, [...(byLevel.get(level) ?? []), place]);
  }
  return [...byLevel].flatMap(([severity, [first, ...others]]): readonly Finding[] => {
    if (severity === 'off' || first === undefined) return [];
    return [{ ...finding, ...first, severity, ...(others.length > 0 && { also: others }) }];
  });
}
