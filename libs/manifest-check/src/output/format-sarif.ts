import { inertJson } from 'nestjs-lifecycle-shared';
import { type CheckResult } from '../check-files.js';
import { type Finding } from '../findings/finding.js';
import { type Rule } from '../rule-kinds/rule.js';
import { RULES } from '../rules/registry.js';
import { RULE_PAGES } from '../rules/rule-pages.js';
import { type FieldMessage, oneMessageAField } from './one-message.js';
import { type Severity } from '../findings/severity.js';

/** What is said of the program that ran the check. */
export interface SarifTool {
  readonly version: string;
  /** The address below which each rule has its page, `<id>.md`. Default: no links to pages. */
  readonly pages?: string | undefined;
}

/**
 * SARIF 2.1.0, as code scanning reads it: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html. Silenced
 * findings are in it with their reason (§3.35); files that cannot be read are notifications of the run (§3.20.21).
 */
export function formatSarif(
  { findings, suppressed, notJudged, unusable }: CheckResult,
  { version, pages }: SarifTool,
): string {
  const results = [
    ...oneMessageAField(findings).map(toResult),
    ...suppressed.map(({ reason, ...finding }) => ({
      ...toResult({ first: finding, all: [finding] }),
      suppressions: [{ kind: 'inSource', justification: reason }],
    })),
  ];
  const notifications = unusable.map((error) => ({
    level: 'error',
    message: { text: `${error.problem} ${error.remedy}` },
    locations: [locationOf(error)],
  }));
  const open = notJudged.map((gap) => ({
    level: 'note',
    message: { text: `not judged: ${gap.subject}: ${gap.message}. ${gap.remedy}` },
    locations: [locationOf(gap)],
  }));
  const run = {
    tool: { driver: { name: 'nestjs-lifecycle', version, rules: RULES.map((rule) => toDescriptor(rule, pages)) } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      { executionSuccessful: unusable.length === 0, toolExecutionNotifications: [...notifications, ...open] },
    ],
    results,
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${inertJson(JSON.stringify(log, undefined, 2))}\n`;
}

function toDescriptor({ id, severity, summary }: Rule, pages: string | undefined) {
  return {
    id,
    shortDescription: { text: summary },
    ...helpOf(id),
    ...(pages !== undefined && { helpUri: `${pages.replace(/\/+$/, '')}/${id}.md` }),
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

/** The page of the rule, which code scanning shows beside a finding (§3.49.13). */
function helpOf(id: string) {
  const page = RULE_PAGES[id];
  return page === undefined ? {} : { help: { text: page, markdown: page } };
}

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'note' };

/** One result for a field: of the worst rule, with what the others say of it, and their names as tags. */
function toResult({ first, all }: FieldMessage) {
  const { rule, severity } = first;
  const also = all.flatMap((finding) => finding.also ?? []);
  return {
    ruleId: rule,
    ruleIndex: RULES.findIndex(({ id }) => id === rule),
    level: LEVELS[severity],
    message: { text: all.map(textOf).join('\n\n') },
    locations: [locationOf(first)],
    ...(also.length > 0 && { relatedLocations: also.map(locationOf) }),
    ...(all.length > 1 && { properties: { tags: all.map((finding) => finding.rule) } }),
  };
}

function textOf({ subject, message, why, remedy }: Finding): string {
  return `${subject}: ${message}. ${why}\n${remedy}`;
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

function locationOf({ file, line, column }: Place) {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: line, startColumn: column } },
  };
}

/** A relative reference (§3.4.3), with forward slashes; what comes through a pipe has no file of its own. */
function uriOf(file: string): string {
  const path = file.replaceAll('\\', '/').replace(/^\.\//, '');
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  // A drive letter would read as a scheme.
  return /^[A-Za-z]%3A\//.test(encoded) ? `file:///${encoded.replace('%3A', ':')}` : encoded;
}
