import { inertJson } from 'nestjs-lifecycle-shared';
import { type CheckResult } from '../check-files.js';

/** For machines: everything that was found, and a version that changes when a key is renamed or goes. */
export function formatJson({ findings, suppressed, notJudged, unusable, checked }: CheckResult): string {
  const failures = unusable.map(({ code, file, line, column, problem, remedy }) => ({
    code,
    file,
    line,
    column,
    problem,
    remedy,
  }));
  const all = { version: 1, findings, suppressed, notJudged, unusable: failures, checked };
  return `${inertJson(JSON.stringify(all, undefined, 2))}\n`;
}
