import { type ProbePage } from '../health/probe-server.js';
import { LivePage, type LivePageParts } from '../live-page/live-page.js';

interface PageSources extends LivePageParts {
  readonly settings: LivePageParts['settings'] & { readonly livePage: boolean };
  readonly health: { readonly pages: readonly ProbePage[] };
  readonly dumps: { readonly pages: readonly ProbePage[] };
  readonly metrics: { readonly page: ProbePage | undefined };
}

/** What the probe port serves beside the probes: a page for each option that asks for one. */
export function createPages(parts: PageSources): readonly ProbePage[] {
  const { metrics, health, dumps, settings } = parts;
  const ofMetrics = metrics.page === undefined ? [] : [metrics.page];
  const live = settings.livePage ? [new LivePage(parts)] : [];
  return [...ofMetrics, ...health.pages, ...dumps.pages, ...live];
}
