/**
 * The contracts about what goes over the wire, and about memory, where the major of Nest has no part: the connections are
 * Node's, the routers those of Express and Fastify. `npm test` has them on Nest 12, `npm run test:services` on Nest 11 too.
 */
const onTheWire = [
  ...['abandoned-handlers', 'aborts', 'closing-pipelines', 'connections', 'continue-listeners', 'early-answers'],
  ...['exempt-spellings', 'http2', 'http2-crossing', 'http2-ends', 'http2-transfers', 'https', 'late-connections'],
  ...['lingering', 'pumping-clients', 'refused-pipelines', 'trailers', 'transfers', 'upgraded-sockets'],
  'web-sockets-slow-readers',
].join('|');

/** Patterns of paths, for `jestProject`. */
export const contractFiles = {
  all: 'test/contracts/.*\\.spec\\.ts$',
  onTheWire: `test/contracts/(${onTheWire})\\.spec\\.ts$`,
  ofNest: `test/contracts/(?!(${onTheWire})\\.spec).*\\.spec\\.ts$`,
};
