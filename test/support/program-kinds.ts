type Kind = readonly [nest: 11 | 12, adapter: 'express' | 'fastify'];

/**
 * The Nests and adapters that the programs of test/e2e run on, in two halves. `npm test` has the first, which has both majors
 * and both adapters; `npm run test:services` has the second. Where the code is another one for an adapter or a major,
 * test/contracts has it for all of them.
 */
const halves: Readonly<Record<1 | 2, { readonly nests: readonly (11 | 12)[]; readonly kinds: readonly Kind[] }>> = {
  1: {
    // CommonJS starts in half the CPU time of ES modules, of which there are many more files.
    nests: [11],
    kinds: [
      [12, 'express'],
      [11, 'fastify'],
    ],
  },
  2: {
    nests: [12],
    kinds: [
      [12, 'fastify'],
      [11, 'express'],
    ],
  },
};

/** For tests to which the adapter makes no difference. */
export const NESTS = halves[PROGRAMS_HALF].nests;

/** For tests of traffic: the major of Nest, and the adapter. */
export const KINDS = halves[PROGRAMS_HALF].kinds;
