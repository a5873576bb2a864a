import { cors } from './checks/cors.js';
import { databases } from './checks/databases.js';
import { debugging } from './checks/debugging.js';
import { probes } from './checks/probes.js';
import { schema } from './checks/schema.js';
import { secrets } from './checks/secrets.js';
import { shutdownHooks } from './checks/shutdown-hooks.js';
import { type ConfigurationCheck } from './configuration-check.js';

/** Every ready-made check. A new one is a file in `checks`, and a line here. */
export const KNOWN_CHECKS: readonly ConfigurationCheck[] = [
  secrets,
  debugging,
  databases,
  schema,
  cors,
  shutdownHooks,
  probes,
];
