/** What a rehearsal does to the pods while it is under load, and what that means. */
export const ACTS = {
  update: 'a rolling update to the next revision',
  delete: 'one pod is deleted, and another one made in its place',
  evict: 'the same, by an eviction; disruption budgets are not played',
  drain: 'the node of the first pod is drained: all of its pods are evicted at once',
  spot: 'the node of the first pod is taken away after a notice: its pods are evicted, and have until then',
  'scale-in': 'the Deployment is scaled to one pod less',
} as const;

/** The name of one of them. */
export type Act = keyof typeof ACTS;

/** All names. */
export const ACT_NAMES = Object.keys(ACTS) as [Act, ...Act[]];
