import { type Finding } from '../findings/finding.js';
import { isAtLeast } from '../findings/severity.js';

/** What is said of one field: by one rule, or by several. */
export interface FieldMessage {
  /** The worst of them, and of those the first. */
  readonly first: Finding;
  /** All of them, the worst first. */
  readonly all: readonly Finding[];
}

/**
 * The findings in the order of their fields, those of one field together: beside a line of code one message is read, and of
 * several the first.
 */
export function oneMessageAField(findings: readonly Finding[]): readonly FieldMessage[] {
  const byField = new Map<string, Finding[]>();
  for (const finding of findings) {
    const field = JSON.stringify([finding.file, finding.line, finding.column]);
    const others = byField.get(field);
    if (others === undefined) byField.set(field, [finding]);
    else others.push(finding);
  }
  return [...byField.values()].flatMap((found) => {
    const all = found.toSorted((one, other) => worse(other) - worse(one));
    const [first] = all;
    return first === undefined ? [] : [{ first, all }];
  });
}

function worse({ severity }: Finding): number {
  return [isAtLeast(severity, 'warning'), isAtLeast(severity, 'error')].filter(Boolean).length;
}
