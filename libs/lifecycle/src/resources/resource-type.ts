/** What a resource is for. Each type has its priority: lower closes first. */
export type ResourceType =
  | 'producer'
  | 'client'
  | 'cache'
  | 'database'
  | 'agent'
  | 'worker'
  | 'process'
  | 'telemetry'
  | 'log'
  | 'custom';

/**
 * The documented priorities: work may still use what comes later. A channel goes before its connection, a cache before the database behind it, and what
 * tells of everything goes last.
 */
export const RESOURCE_PRIORITIES: Readonly<Record<ResourceType, number>> = {
  producer: 60,
  client: 65,
  cache: 70,
  database: 80,
  agent: 85,
  worker: 85,
  process: 85,
  telemetry: 90,
  log: 95,
  custom: 50,
};
