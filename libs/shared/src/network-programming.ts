import { delayAt, type DelayDistribution } from './delay-distribution.js';

/** What kube-proxy calls the time from a change of an EndpointSlice until the rules of its node say so. */
export const NETWORK_PROGRAMMING = 'kubeproxy_network_programming_duration_seconds';

/** How late the kube-proxies of a cluster are by their own figure. */
export interface NetworkProgramming extends DelayDistribution {
  /** How many changes were measured. */
  readonly count: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  /** The lame duck that follows: the 99th percentile in whole seconds, rounded up. */
  readonly lameDuckMs: number;
}

/** What was read is not that histogram. The message says what to type. */
export class NetworkProgrammingError extends Error {
  override readonly name = 'NetworkProgrammingError';
}

const HOW = 'take it with `curl -s localhost:10249/metrics` on a node, as it is';

/**
 * Reads {@link NETWORK_PROGRAMMING} from the text format of Prometheus or OpenMetrics: what one kube-proxy answers, or that of many nodes one after the
 * other, which are added up. Changes that took longer than the last bucket count as that bucket's bound.
 *
 * @throws NetworkProgrammingError when the histogram is missing, empty, cut, or makes no sense
 */
export function readNetworkProgramming(text: string): NetworkProgramming {
  const histograms = histogramsIn(text);
  if (histograms.length === 0) {
    const other = /^([a-zA-Z_:][\w:]*)_bucket\b/m.exec(text)?.[1];
    throw new NetworkProgrammingError(
      `there is no ${NETWORK_PROGRAMMING} in it${other === undefined ? '' : `, but ${other}`}: ${HOW}`,
    );
  }
  const buckets = added(histograms.map(checked));
  const count = buckets.at(-1)?.count ?? 0;
  if (count === 0)
    throw new NetworkProgrammingError(
      `${NETWORK_PROGRAMMING} has measured nothing yet: take it from a kube-proxy that has seen endpoints change`,
    );
  return summary(buckets, count);
}

interface Bucket {
  /** Seconds. */
  readonly le: number;
  /** Of all changes that took no longer. */
  readonly count: number;
}

interface Histogram {
  readonly buckets: Bucket[];
  count: number | undefined;
}

/** With the time of the scrape, where there is one. */
const SAMPLE = new RegExp(
  `^${NETWORK_PROGRAMMING}_(?<kind>bucket|count|sum|created)(?:\\{(?<labels>.*)\\})?\\s+(?<value>\\S+)(?:\\s+-?\\d[\\d.e+]*)?$`,
);
/** What OpenMetrics writes behind a sample: the trace of one of its changes. */
const EXEMPLAR = /\s+#\s*\{[^#]*$/;
const LE = /(?:^|,)\s*le="(?<bound>[^"]*)"/;

interface Sample {
  readonly kind: string;
  /** All labels but the bucket's bound. */
  readonly labels: string;
  readonly le: number;
  readonly value: number;
}

function sampleIn(line: string): Sample {
  const { kind = '', labels = '', value = '' } = SAMPLE.exec(line.replace(EXEMPLAR, ''))?.groups ?? {};
  const number = toNumber(value);
  if (number === undefined)
    throw new NetworkProgrammingError(`cannot read the line ${JSON.stringify(line.slice(0, 120))}: ${HOW}`);
  return { kind, labels: labels.replace(LE, ''), le: boundIn(labels), value: number };
}

/** The bound of a bucket; no number where there is none. */
function boundIn(labels: string): number {
  return toNumber(LE.exec(labels)?.groups?.['bound'] ?? '') ?? Number.NaN;
}

/** Each histogram by itself. Two nodes may have the same labels, so a bucket that is there already begins another one. */
function histogramsIn(text: string): readonly Histogram[] {
  const byLabels = new Map<string, Histogram[]>();
  const lines = text.split('\n').map((line) => line.trim());
  const samples = lines.filter((line) => line.startsWith(NETWORK_PROGRAMMING)).map(sampleIn);
  for (const { kind, labels, le, value } of samples) {
    const known = byLabels.get(labels) ?? [];
    byLabels.set(labels, known);
    if (kind === 'count') withoutCount(known).count = value;
    if (kind === 'bucket') addBucket(known, { le, count: value });
  }
  return [...byLabels.values()].flat();
}

function addBucket(known: Histogram[], bucket: Bucket): void {
  const open = known.find(({ buckets }) => !buckets.some(({ le }) => le === bucket.le));
  if (open === undefined) known.push({ buckets: [bucket], count: undefined });
  else open.buckets.push(bucket);
}

function withoutCount(known: Histogram[]): Histogram {
  const open = known.find(({ count }) => count === undefined);
  if (open !== undefined) return open;
  const added: Histogram = { buckets: [], count: undefined };
  known.push(added);
  return added;
}

function toNumber(text: string): number | undefined {
  if (text === '+Inf') return Infinity;
  return /^\d/.test(text) && Number.isFinite(Number(text)) ? Number(text) : undefined;
}

function checked({ buckets, count }: Histogram): readonly Bucket[] {
  const sorted = buckets.toSorted((one, other) => one.le - other.le);
  const last = sorted.at(-1);
  if (last?.le === Infinity && sorted.length === 1)
    throw new NetworkProgrammingError(`${NETWORK_PROGRAMMING} has no bucket but +Inf, which says nothing: ${HOW}`);
  if (last?.le !== Infinity || count === undefined)
    throw new NetworkProgrammingError(`${NETWORK_PROGRAMMING} is cut: its last bucket or its count is missing; ${HOW}`);
  const falls = sorted.some((bucket, index) => bucket.count < (sorted[index - 1]?.count ?? 0));
  if (falls || last.count !== count || sorted.some(({ le }) => Number.isNaN(le)))
    throw new NetworkProgrammingError(
      `the buckets of ${NETWORK_PROGRAMMING} do not add up to its count, ${count}: ${HOW}`,
    );
  return sorted;
}

function added(histograms: readonly (readonly Bucket[])[]): readonly Bucket[] {
  const [first = [], ...others] = histograms;
  const bounds = JSON.stringify(first.map(({ le }) => String(le)));
  if (others.some((other) => JSON.stringify(other.map(({ le }) => String(le))) !== bounds))
    throw new NetworkProgrammingError(
      `the nodes have other buckets of ${NETWORK_PROGRAMMING}, as other versions of kube-proxy do: pass those of one version`,
    );
  return first.map(({ le }, index) => ({
    le,
    count: histograms.reduce((sum, buckets) => sum + (buckets[index]?.count ?? 0), 0),
  }));
}

function summary(buckets: readonly Bucket[], count: number): NetworkProgramming {
  const bounds = buckets.filter(({ le }) => le !== Infinity);
  const min = (bounds.findLast((bucket) => bucket.count === 0)?.le ?? 0) * 1000;
  const steps = bounds.flatMap((bucket, index) => {
    const before = bounds[index - 1] ?? { le: 0, count: 0 };
    if (bucket.count === before.count) return [];
    // Buckets that add nothing are a gap, in which no delay lies.
    const gap = before.count === 0 || before.count !== bounds[index - 2]?.count ? [] : [before];
    return [...gap, bucket].map((one) => ({ share: one.count / count, ms: one.le * 1000 }));
  });
  const longest = { share: 1, ms: (bounds.at(-1)?.le ?? 0) * 1000 };
  const told = steps.at(-1)?.share ?? 0;
  if (told < 1) steps.push({ ...longest, share: told }, longest);
  const p99Ms = delayAt({ min, steps }, 0.99);
  const medianMs = delayAt({ min, steps }, 0.5);
  return { count, min, steps, medianMs, p99Ms, lameDuckMs: Math.max(1, Math.ceil(p99Ms / 1000)) * 1000 };
}
