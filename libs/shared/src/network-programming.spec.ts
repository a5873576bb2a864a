import { kubeProxyMetrics, times } from '../../../test/support/kube-proxy-metrics.js';
import { delayAt } from './delay-distribution.js';
import { readNetworkProgramming } from './network-programming.js';

const NODE_1 = kubeProxyMetrics([...times(60, 0.3), ...times(20, 0.9)]);
const NODE_2 = kubeProxyMetrics([...times(10, 0.9), ...times(10, 4.5)]);

describe('what kube-proxy has measured', () => {
  it('is read from what one node answers', () => {
    const read = readNetworkProgramming(NODE_1);
    expect(read).toMatchObject({ count: 80, min: 250, lameDuckMs: 1000 });
    expect(read.steps).toEqual([
      { share: 0.75, ms: 500 },
      { share: 1, ms: 1000 },
    ]);
  });

  it.each([
    ['of many nodes, one after the other', NODE_1 + NODE_2],
    [
      'of many nodes, told apart by labels',
      kubeProxyMetrics([...times(60, 0.3), ...times(20, 0.9)], 'node="a",') +
        kubeProxyMetrics([...times(10, 0.9), ...times(10, 4.5)], 'node="b",'),
    ],
    [
      'with times of the scrape, and its lines in another order',
      shuffled(
        kubeProxyMetrics([...times(60, 0.3), ...times(20, 0.9)], 'node="a",') +
          kubeProxyMetrics([...times(10, 0.9), ...times(10, 4.5)], 'node="b",'),
      ),
    ],
    ['with line ends of another system', (NODE_1 + NODE_2).replaceAll('\n', '\r\n')],
    ['indented, as it is pasted', (NODE_1 + NODE_2).replaceAll('\n', '\n  ')],
    ['without HELP and TYPE', (NODE_1 + NODE_2).replaceAll(/^#.*$/gm, '')],
    ['in OpenMetrics, with exemplars', openMetrics(NODE_1) + openMetrics(NODE_2)],
    ['of which one is in OpenMetrics', NODE_1 + openMetrics(NODE_2)],
  ])('is added up, %s', (_, text) => {
    expect(readNetworkProgramming(text)).toEqual({
      count: 100,
      min: 250,
      steps: [
        { share: 0.6, ms: 500 },
        { share: 0.9, ms: 1000 },
        { share: 0.9, ms: 4000 },
        { share: 1, ms: 5000 },
      ],
      medianMs: expect.closeTo(458.33, 1) as number,
      p99Ms: expect.closeTo(4900, 6) as number,
      lameDuckMs: 5000,
    });
  });

  it('counts what took longer than the last bucket as that', () => {
    const { steps } = readNetworkProgramming(kubeProxyMetrics([...times(99, 0.3), 400]));
    expect(steps.slice(-2)).toEqual([
      { share: 0.99, ms: 60_000 },
      { share: 1, ms: 60_000 },
    ]);
  });

  it.each([
    ['of another metric', 'up_bucket{le="1"} 3\nup_count 3\n', /^there is no kubeproxy_.* in it, but up: take it with/],
    ['that is no text of Prometheus', '{"kind":"List"}', /^there is no kubeproxy_network_programming.* in it: take/],
    ['that is empty', kubeProxyMetrics([]), /has measured nothing yet/],
    ['without its count', NODE_1.slice(0, NODE_1.indexOf('_count')), /is cut|cannot read the line/],
    ['without its last bucket', NODE_1.replace(/.*le="\+Inf".*\n/, ''), /is cut: its last bucket or its count/],
    ['that ends in the middle of a line', NODE_1.slice(0, NODE_1.indexOf('le="30"')), /cannot read the line/],
    [
      'with no bucket but the last',
      NODE_1.replaceAll(/.*le="\d.*\n/g, ''),
      /has no bucket but \+Inf, which says nothing/,
    ],
    [
      'that ends between two lines',
      NODE_1.slice(0, NODE_1.indexOf('kubeproxy_network_programming_duration_seconds_bucket{le="30"')),
      /is cut/,
    ],
    ['whose buckets fall', NODE_1.replace(/(le="30"\}) 80/, '$1 7'), /do not add up/],
    ['whose count is another', NODE_1.replace(/(_count) 80/, '$1 81'), /do not add up to its count, 81/],
    ['with a count that is no number', NODE_1.replace(/(le="30"\}) 80/, '$1 NaN'), /cannot read the line/],
    ['of nodes with other buckets', NODE_1 + NODE_2.replace(/.*le="30".*\n/, ''), /other buckets/],
  ])('is refused, with what to type, from a text %s', (_, text, message) => {
    expect(() => readNetworkProgramming(text)).toThrow(message);
  });
});

describe('a distribution of delays', () => {
  const measured = {
    min: 0,
    steps: [
      { share: 0.5, ms: 1000 },
      { share: 0.5, ms: 2000 },
      { share: 1, ms: 3000 },
    ],
  };

  it.each([
    [0, 0],
    [0.25, 500],
    [0.5, 1000],
    [0.75, 2500],
    [1, 3000],
  ])('has at %f of all the delay %i', (share, ms) => {
    expect(delayAt(measured, share)).toBe(ms);
  });
});

/** Bounds are floats, numbers may be in scientific notation, and behind a bucket stands the trace of one of its changes. */
function openMetrics(text: string): string {
  const buckets = text
    .replaceAll(/le="(\d+)"/g, 'le="$1.0"')
    .replaceAll(/(_bucket\{le="4\.0"\}) (\d+)/g, '$1 $2e+00 # {trace_id="a}b"} 0.9 1764460800.123')
    .replaceAll(/^(kubeproxy_network_programming_duration_seconds)_count .*$/gm, '$&\n$1_created 1.7644608e+09');
  return `${buckets}# EOF\n`;
}

/** With timestamps, and every second line first. */
function shuffled(text: string): string {
  const lines = text.split('\n').map((line) => (line.startsWith('kubeproxy_network') ? `${line} 1764460800000` : line));
  const [odd, even] = [1, 0].map((rest) => lines.filter((_, index) => index % 2 === rest));
  return [...(odd ?? []), ...(even ?? [])].join('\n');
}
