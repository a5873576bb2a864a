/**
 * Tests of whole processes that take the most CPU time for what they add to the others: `npm run test:services` runs them, so that
 * `npm test` stays within five minutes on two cores. A part of a regular expression over the names of files in `test/e2e`.
 */
export const longerE2e = '(broken-ends|clients|cluster|event-source|print-settings|slow-clients|two-copies)\\.';
