import { type LoadPlan } from './load-plan.js';
import { toRequestKind } from './request-kind.js';

/** Options of a default plan. */
export interface DefaultPlanOptions {
  /** What is asked with GET, each as often as the others. Default: `/`. */
  readonly paths?: readonly string[];
}

/** What is asked by default: enough to see a lost request, and little enough for a laptop. */
export function defaultPlan({ paths = ['/'] }: DefaultPlanOptions = {}): LoadPlan {
  return {
    kinds: paths.map((path) => toRequestKind({ path })),
    openPerSecond: 40,
    closedClients: 4,
    keepAliveShare: 0.5,
    keepAliveConnections: 8,
  };
}
