/**
 * How long an answer to a client stands for all further ones to it: no checker of a platform asks more often. Kubernetes
 * asks once a second at most, HAProxy by default every 2 s, an ALB every 5 s.
 */
const INTERVAL_MS = 1000;
/** More than a load balancer has checkers; who has more addresses than that is not counted. */
const MOST_SENDERS = 1000;

/** Who has been told lately that readiness fails. One client cannot pass for many checks by asking again at once. */
export class ProbeSenders {
  readonly #heardAt = new Map<string, number>();

  /** @returns whether an answer to this address counts, `now` (monotonic milliseconds) */
  counts(address: string | undefined, now: number): boolean {
    const sender = networkOf(address ?? '');
    const heardAt = this.#heardAt.get(sender);
    if (heardAt === undefined ? this.#heardAt.size >= MOST_SENDERS : now - heardAt < INTERVAL_MS) return false;
    this.#heardAt.set(sender, now);
    return true;
  }
}

/** Of IPv6 a client has as many addresses as it wants in its network of 64 bits (RFC 4291 §2.5.4). */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '');
  if (!plain.includes(':')) return plain;
  const [start = '', end] = plain.split('::');
  const groups = start === '' ? [] : start.split(':');
  const left = end === undefined || end === '' ? 0 : end.split(':').length;
  if (end !== undefined) while (groups.length + left < 8) groups.push('0');
  if (end !== undefined && end !== '') groups.push(...end.split(':'));
  return groups.slice(0, 4).join(':');
}
