/** How bad it is: requests are lost, requests may be lost, or something to know. */
export type Severity = 'error' | 'warning' | 'note';

const RANKS: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 };

/** Whether a severity is as bad as another, or worse. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return RANKS[severity] >= RANKS[least];
}
