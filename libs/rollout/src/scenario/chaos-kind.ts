/** What can go wrong on request, and what it means. */
export const CHAOS_KINDS = {
  'second-signal': 'a pod gets SIGTERM a second time while it stops',
  kill: 'a pod is killed with SIGKILL while it serves',
  'stopped-process': 'a pod stands still for a moment (SIGSTOP, SIGCONT)',
  'liveness-kill':
    'a pod is restarted in place, as after a failed liveness probe, and stays an endpoint until readiness fails',
  'node-drain': 'every pod of one node is deleted',
  rollback: 'the update is undone half-way',
  'all-pods-at-once': 'every pod is deleted at the same moment',
  'slow-endpoints': 'the controller of endpoints is a hundred times as late',
  'dependency-away': 'a dependency refuses and resets for a while',
} as const;

/** The name of one of them. */
export type ChaosKind = keyof typeof CHAOS_KINDS;

/** All names. */
export const CHAOS_NAMES = Object.keys(CHAOS_KINDS) as [ChaosKind, ...ChaosKind[]];
