import { Ledger } from './ledger.js';
import { type Fate, type RequestRecord } from './request-record.js';

function recordOf(id: number, facts: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id,
    kind: 'GET /',
    method: 'GET',
    path: '/',
    client: 'fresh',
    sentAt: id,
    answeredAt: undefined,
    endedAt: id + 10,
    fate: 'answered',
    status: 200,
    detail: undefined,
    isReused: false,
    attempts: [],
    ...facts,
  };
}

function ledgerOf(...fates: Fate[]): Ledger {
  const ledger = new Ledger();
  for (const fate of fates) ledger.settle(recordOf(ledger.begin(), { fate }));
  return ledger;
}

describe('Ledger', () => {
  it('has every request once, in the order they were sent, whatever the order of their ends', () => {
    const ledger = new Ledger();
    const ids = [ledger.begin(), ledger.begin(), ledger.begin()];
    expect(ids).toEqual([1, 2, 3]);
    for (const id of [2, 3]) ledger.settle(recordOf(id));
    expect(ledger).toMatchObject({ sent: 3, inFlight: 1 });
    ledger.settle(recordOf(1));
    expect(ledger.records.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(ledger.inFlight).toBe(0);
  });

  it('takes one fate for a request, and only for one that was sent', () => {
    const ledger = ledgerOf('answered');
    expect(() => ledger.settle(recordOf(1))).toThrow('Request 1 has its fate already.');
    expect(() => ledger.settle(recordOf(2))).toThrow('Request 2 was never sent.');
    expect(ledger.records).toHaveLength(1);
  });

  it('counts by fate, and what is lost', () => {
    const ledger = ledgerOf('answered', 'reset', 'refused', 'answered', 'told-to-go', 'unfinished', 'server-error');
    expect(ledger.counts).toEqual({
      answered: 2,
      refused: 1,
      reset: 1,
      'server-error': 1,
      timeout: 0,
      'black-hole': 0,
      'told-to-go': 1,
      unfinished: 1,
    });
    expect(ledger.lost).toBe(3);
  });

  it('tells its readers of each, until they want no more', () => {
    const ledger = new Ledger();
    const read: number[] = [];
    const end = ledger.read(({ id }) => read.push(id));
    ledger.settle(recordOf(ledger.begin()));
    end();
    ledger.settle(recordOf(ledger.begin()));
    expect(read).toEqual([1]);
  });

  it('knows how long answers took, to a percent, without streams and losses', () => {
    const ledger = new Ledger();
    expect(ledger.latency.percentile(0.99)).toBe(0);
    for (let ms = 1; ms <= 1000; ms += 1) {
      const id = ledger.begin();
      ledger.settle(recordOf(id, { sentAt: 0, endedAt: ms }));
    }
    ledger.settle(recordOf(ledger.begin(), { client: 'event-stream', endedAt: 1e6 }));
    ledger.settle(recordOf(ledger.begin(), { fate: 'timeout', endedAt: 1e6 }));
    expect(ledger.latency.max).toBe(1000);
    for (const share of [0.5, 0.9, 0.99]) {
      const ratio = ledger.latency.percentile(share) / (1000 * share);
      expect(ratio).toBeGreaterThan(0.99);
      expect(ratio).toBeLessThan(1.01);
    }
    expect(ledger.latency.percentile(1)).toBeLessThanOrEqual(1000);
  });

  it('takes times of zero', () => {
    const ledger = new Ledger();
    ledger.settle(recordOf(ledger.begin(), { sentAt: 5, endedAt: 5 }));
    expect(ledger.latency.percentile(0.5)).toBe(0);
  });

  it('holds 200,000 requests, settled out of order', () => {
    const ledger = new Ledger();
    const count = 200_000;
    for (let index = 0; index < count; index += 1) ledger.begin();
    for (let id = count; id > 0; id -= 1) ledger.settle(recordOf(id));
    expect(ledger.records[0]?.id).toBe(1);
    expect(ledger.records).toHaveLength(count);
    expect(ledger.inFlight).toBe(0);
  });
});
