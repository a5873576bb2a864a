import { type Metrics } from '../metrics/metrics.js';
import { type EndTelemetry } from '../shutdown/sequence-parts.js';
import { type Traces } from '../traces/traces.js';

/** What is sent at the very end: metrics and the trace at the same time, each within its own share. */
export function endTelemetry(metrics: Metrics, traces: Traces): EndTelemetry {
  return {
    async beforeTelemetry(report, deadline) {
      await Promise.all([metrics.beforeTelemetry(report, deadline), traces.beforeTelemetry(report, deadline)]);
    },
    afterReport: (end) => metrics.afterReport(end),
  };
}
