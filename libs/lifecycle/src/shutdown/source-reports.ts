import { type ReportSections } from '../report/report-sections.js';
import { type SourceFacts } from '../in-flight/work-sources.js';
import { type SourceReport } from '../report/shutdown-report.js';

/** The part of the report about sources of work. */
interface SourcesSummary extends ReportSections {
  readonly refused: number;
  readonly sources: readonly SourceReport[];
}

const NONE = { closed: 0, terminated: 0 };
const NO_LATE = { requests: 0, closed: 0 };

/** Summarises what became of the work of all sources. Sources that had no work, and have refused none, are left out. */
export function summariseSources(facts: readonly SourceFacts[]): SourcesSummary {
  const reports = facts.map(reportOf);
  const sections: ReportSections = { lateConnections: NO_LATE, webSockets: NONE, upgradedSockets: NONE };
  for (const fact of facts) Object.assign(sections, fact.sections);
  return {
    ...sections,
    refused: reports.reduce((sum, { refused }) => sum + refused, 0),
    sources: reports.filter(hasAnything),
  };
}

function reportOf(facts: SourceFacts): SourceReport {
  const { name, inFlightAtStart, drained, interrupted, refused = 0, closed = 0, terminated = 0 } = facts;
  return { name, inFlightAtStart, drained, interrupted, refused, closed, terminated };
}

function hasAnything({ name: _name, ...counts }: SourceReport): boolean {
  return Object.values(counts).some((count) => count > 0);
}
