/**
 * The contracts about what goes over the wire, about memory, and about sources and waits of our own, where the major of Nest
 * has no part: the connections are Node's, the routers those of Express and Fastify. `npm test` has them on Nest 12,
 * `npm run test:services` on Nest 11 too.
 */
const onTheWire = [
  ...['abandoned-handlers', 'aborts', 'asking-handlers', 'circular-waits', 'closed-listeners', 'closing-pipelines'],
  ...['connections', 'continue-listeners', 'correlation', 'early-answers', 'ended-waits', 'exempt-cut'],
  ...['exempt-spellings', 'http2', 'http2-crossing', 'http2-ends', 'http2-transfers', 'https', 'late-connections'],
  ...['lingering', 'pumping-clients', 'refused-pipelines', 'refusing', 'trailers', 'transfers', 'upgraded-sockets'],
  ...['user-sources', 'web-sockets-ending', 'web-sockets-slow-readers'],
].join('|');

/** Patterns of paths, for `jestProject`. */
export const contractFiles = {
  all: 'test/contracts/.*\\.spec\\.ts$',
  onTheWire: `test/contracts/(${onTheWire})\\.spec\\.ts$`,
  ofNest: `test/contracts/(?!(${onTheWire})\\.spec).*\\.spec\\.ts$`,
};
