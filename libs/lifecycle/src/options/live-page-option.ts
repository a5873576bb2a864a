import { flag } from './option-field.js';

/** The option `livePage`. */
export const LIVE_PAGE = flag({
  fallback: 'false',
  purpose: 'serves GET /lifecycle on the probe port, for this machine alone: what the service is doing',
});
