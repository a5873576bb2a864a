import { ProbeSenders } from './probe-senders.js';

describe('ProbeSenders', () => {
  let senders: ProbeSenders;

  beforeEach(() => {
    senders = new ProbeSenders();
  });

  it('counts each address once a second', () => {
    expect([0, 0, 999, 1000, 1999, 2000].map((now) => senders.counts('10.0.0.1', now))).toEqual([
      true,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(senders.counts('10.0.0.2', 2000)).toBe(true);
  });

  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:0:1::1', '2001:db8:0:1:ffff:1:2:3'],
    ['2001:db8:0:1::1', '2001:db8:0:1::2'],
    ['2001:db8::7', '2001:db8::8'],
    ['fe80::1%eth0', 'fe80::2%eth1'],
    ['::1', '::2'],
  ])('takes %s and %s for one client', (address, other) => {
    expect([senders.counts(address, 0), senders.counts(other, 0)]).toEqual([true, false]);
  });

  it.each([
    ['10.0.0.1', '10.0.0.11'],
    ['2001:db8:0:1::1', '2001:db8:0:2::1'],
    ['2001:db8::1', '2001:db8:0:1::1'],
  ])('takes %s and %s for two', (address, other) => {
    expect([senders.counts(address, 0), senders.counts(other, 0)]).toEqual([true, true]);
  });

  it('does not count a crowd beyond any load balancer, and keeps no more of it', () => {
    const counted = Array.from({ length: 2000 }, (_, n) => senders.counts(`10.0.${n >> 8}.${n & 255}`, 0));
    expect(counted.filter(Boolean)).toHaveLength(1000);
    expect(senders.counts('10.0.0.0', 1000)).toBe(true);
  });
});
