/** The bounds of kube-proxy's buckets up to a minute, in seconds. */
const BOUNDS = [0.25, 0.5, ...Array.from({ length: 60 }, (_, index) => index + 1)];
const NAME = 'kubeproxy_network_programming_duration_seconds';

/** What one kube-proxy answers on /metrics, after changes that took so many seconds each. */
export function kubeProxyMetrics(took: readonly number[], labels = ''): string {
  const bucket = (le: string, count: number): string => `${NAME}_bucket{${labels}le="${le}"} ${count}`;
  const braces = labels === '' ? '' : `{${labels.replace(/,$/, '')}}`;
  return [
    '# HELP go_goroutines Number of goroutines that currently exist.',
    'go_goroutines 71',
    `# HELP ${NAME} [ALPHA] In Cluster Network Programming Latency in seconds`,
    `# TYPE ${NAME} histogram`,
    ...BOUNDS.map((bound) => bucket(String(bound), took.filter((seconds) => seconds <= bound).length)),
    bucket('+Inf', took.length),
    `${NAME}_sum${braces} ${took.reduce((sum, seconds) => sum + seconds, 0)}`,
    `${NAME}_count${braces} ${took.length}`,
    '# HELP kubeproxy_sync_proxy_rules_duration_seconds [ALPHA] SyncProxyRules latency in seconds',
    'kubeproxy_sync_proxy_rules_duration_seconds_bucket{le="0.001"} 0',
    '',
  ].join('\n');
}

/** As many times the same. */
export function times(count: number, seconds: number): number[] {
  return Array.from({ length: count }, () => seconds);
}
