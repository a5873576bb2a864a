import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Required, because its types are those of its CommonJS only.
/** @type {typeof import('@jest/test-sequencer')} */
const { default: TestSequencer } = createRequire(import.meta.url)('@jest/test-sequencer');

const tests = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The files that take longest, from `test`, the longest first. Without times of an earlier run Jest begins with the biggest files,
 * and some of these are small: one that begins last keeps the others waiting at the end.
 */
const LONGEST = [
  'services/jobs.services-spec.ts',
  'services/million.services-spec.ts',
  'services/messages-ledger-brokers.services-spec.ts',
  'services/framework/framework-12.services-spec.ts',
  'services/framework/framework-11.services-spec.ts',
  'services/payments.services-spec.ts',
  'services/install-matrix.services-spec.ts',
  'services/bundles.services-spec.ts',
  'services/messages-ledger-rabbitmq.services-spec.ts',
  'services/messages-ledger-kafka.services-spec.ts',
  'services/messages-ledger-connected.services-spec.ts',
  'services/coordination.services-spec.ts',
  'e2e/deadline.e2e-spec.ts',
  'e2e/lame-duck.e2e-spec.ts',
  'e2e/web-sockets.e2e-spec.ts',
  'e2e/signals.e2e-spec.ts',
  'e2e/traffic.e2e-spec.ts',
  'contracts/exempt-spellings.spec.ts',
  'docs/programs.spec.ts',
  'e2e/demo.e2e-spec.ts',
].map((file) => join(tests, file));

const missing = LONGEST.filter((file) => !existsSync(file));
if (missing.length > 0) throw new Error(`there is no such test: ${missing.join(', ')}`);

const places = new Map(LONGEST.map((file, place) => [file, place]));

/** Jest's order of files, with those that take longest before all others. */
export default class LongestFirst extends TestSequencer {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof TestSequencer>['sort']>[0]} files
   */
  async sort(files) {
    const place = (/** @type {{ path: string }} */ { path }) => places.get(path) ?? places.size;
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b));
  }
}
