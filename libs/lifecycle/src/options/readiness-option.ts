import { type OptionField } from './option-field.js';
import { parseReadiness, type WrittenReadiness } from './option-parsers.js';

/** The option `readiness`. */
export const READINESS_FIELD: OptionField<WrittenReadiness> = {
  allowed: "{ onShutdown: 'fail' | 'pass', cacheFor, timeout, eventLoop }",
  example: "{ onShutdown: 'fail' }",
  fallback: "{ onShutdown: 'fail', cacheFor: '1s', timeout: '800ms' }",
  purpose: "how readiness behaves; 'pass' keeps it green during a shutdown",
  parse: parseReadiness,
};
