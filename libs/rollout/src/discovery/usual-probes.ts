/** Where services usually answer whether they are ready, the most telling first. */
export const USUAL_READINESS = [
  '/health/ready',
  '/health/readiness',
  '/readyz',
  '/ready',
  '/readiness',
  '/healthz/ready',
  '/healthz',
  '/health',
] as const;

/** Where they say that they live. A path that also says whether they are ready is none. */
export const USUAL_LIVENESS = [
  '/health/live',
  '/health/liveness',
  '/livez',
  '/live',
  '/liveness',
  '/healthz/live',
] as const;
