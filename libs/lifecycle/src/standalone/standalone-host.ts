import { type Host } from '../engine/engine.js';
import { createEngineSources, createUpgraded, type EngineSources, sourceReporters } from '../engine/engine-sources.js';
import { NO_HOST_STEPS } from '../shutdown/host-steps.js';

const NO_SOCKETS: ReadonlySet<object> = new Set();

/** A service that runs in nothing: its sources are those that every service has, and the hooks are the end. */
export const STANDALONE = {
  createSources: (parts): EngineSources => {
    const report = sourceReporters(parts);
    const sources = createEngineSources(parts, report);
    const { longLived, traffic, tasks } = sources;
    // A WebSocket server is no source of its own here: nothing tells of its messages.
    const upgraded = createUpgraded(traffic, { sockets: () => NO_SOCKETS }, report);
    parts.sources.add(longLived, traffic.exemptRequests, traffic, upgraded, tasks);
    return sources;
  },
  createSteps: () => NO_HOST_STEPS,
  closesItself: false,
} satisfies Host;
