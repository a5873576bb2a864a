/**
 * The share of new requests that a pod gets from its SIGTERM until its balancer has learned of its end: one of so many as the balancer knows,
 * averaged over that time and over the pods.
 * @param {readonly import('nestjs-lifecycle-rollout').RolloutEvent[]} events of a rollout with one node
 */
export function trafficOfStopping(events) {
  /** @type {Set<string>} */
  const stopping = new Set();
  /** @type {readonly string[]} */
  let known = [];
  let [since, shares, time] = [0, 0, 0];
  for (const event of events) {
    const inUse = known.filter((pod) => stopping.has(pod)).length;
    const ms = inUse * (event.at - since);
    since = event.at;
    if (known.length > 0) shares += ms / known.length;
    time += ms;
    if (event.type === 'signal-sent') stopping.add(event.pod);
    if (event.type === 'node-learned') known = event.pods;
  }
  return time === 0 ? 0 : shares / time;
}
