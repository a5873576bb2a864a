/**
 * How often answers to one client count. Health checkers do not ask more often: Kubernetes asks once a second at most,
 * HAProxy by default every 2 s, an ALB every 5 s.
 */
const INTERVAL_MS = 1000;
/** More than a load balancer has checkers. Further addresses are not counted. */
const MOST_SENDERS = 1000;

/**
 * Remembers the addresses that got a failing answer lately, so that one client that asks again at once does not count
 * twice.
 */
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

/**
 * The address, or the 64-bit network of an IPv6 address, in which a client can have any number of addresses (RFC 4291
 * §2.5.4).
 */
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
