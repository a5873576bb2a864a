import { type CheckResult, type Finding } from 'nestjs-lifecycle-manifest-check';
import { isFor, placesWhere } from './apply-config.js';
import { type CheckConfig } from './check-config.js';
import { globPattern } from './glob.js';

type Defaults = CheckConfig['defaults'];

/**
 * What is found where some files and workloads have known defaults of their own. The check is done once for each set of defaults, and
 * each place counts as it was found with its own; the last override counts.
 */
export function checkWithDefaults(
  { defaults, overrides }: Pick<CheckConfig, 'defaults' | 'overrides'>,
  check: (defaults: Defaults) => CheckResult,
): CheckResult {
  const special = overrides
    .filter((override) => Object.keys(override.defaults).length > 0)
    .map((override) => ({
      defaults: { ...defaults, ...override.defaults },
      files: override.files.map(globPattern),
      workloads: override.workloads.map(globPattern),
    }));
  const usual = check(defaults);
  if (special.length === 0) return usual;
  const ownerOf = (finding: Finding, file: string): number =>
    special.findLastIndex((override) => isFor(override, finding, file));
  const own = special.flatMap((override, index) =>
    check(override.defaults).findings.flatMap((finding) =>
      placesWhere(finding, (file) => ownerOf(finding, file) === index),
    ),
  );
  const others = usual.findings.flatMap((finding) => placesWhere(finding, (file) => ownerOf(finding, file) === -1));
  return { ...usual, findings: [...others, ...own].toSorted(byPlace) };
}

function byPlace(one: Finding, other: Finding): number {
  if (one.file !== other.file) return one.file < other.file ? -1 : 1;
  return one.line - other.line || one.column - other.column;
}
