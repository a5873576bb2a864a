import { type RequestRecord } from '../ledger/request-record.js';
import { firstCauseOf, traceLosses } from './trace-losses.js';

function record(changes: Partial<RequestRecord> & { readonly pod: string }): RequestRecord {
  const { pod, sentAt = 0, ...others } = changes;
  return {
    ...{
      id: 1,
      kind: 'GET /',
      method: 'GET',
      path: '/',
      client: 'fresh',
      sentAt,
      answeredAt: undefined,
      endedAt: sentAt + 50,
    },
    ...{ fate: 'answered', status: undefined, detail: undefined, isReused: false },
    attempts: [{ pod, at: sentAt, connect: 'open', connectedAt: sentAt, wasDelivered: true }],
    ...others,
  };
}

function call(from: string, changes: Parameters<typeof record>[0]): RequestRecord {
  return record({ client: 'call', caller: { workload: from.replace(/-v.*/, ''), pod: from }, ...changes });
}

describe('a request that a pod failed because of a call', () => {
  const failed = record({ pod: 'gateway-v1-1', id: 12, fate: 'server-error', status: 502, endedAt: 100 });

  it('is traced to the call that was sent on its behalf, over as many workloads as there are', () => {
    const middle = call('gateway-v1-1', {
      pod: 'auth-v1-1',
      fate: 'server-error',
      sentAt: 10,
      endedAt: 90,
      onBehalfOf: 12,
    });
    const last = call('auth-v1-1', { pod: 'store-v1-1', fate: 'reset', sentAt: 20, endedAt: 80, onBehalfOf: 12 });
    const { causes } = traceLosses([failed, middle, last]);
    expect(firstCauseOf(failed, causes)).toBe(last);
    expect(causes.get(last)).toBeUndefined();
  });

  it('is not traced to calls of other requests, other pods, or calls that were answered', () => {
    const others = [
      call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'reset', sentAt: 10, onBehalfOf: 13 }),
      call('gateway-v1-2', { pod: 'auth-v1-1', fate: 'reset', sentAt: 10, onBehalfOf: 12 }),
      call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'answered', sentAt: 10, onBehalfOf: 12 }),
      call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'reset', sentAt: 150, endedAt: 160 }),
    ];
    expect(traceLosses([failed, ...others]).causes.size).toBe(0);
  });

  it('is traced by time where the call does not say on whose behalf it was sent', () => {
    const unknown = call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'refused', sentAt: 10, endedAt: 60 });
    expect(traceLosses([failed, unknown]).causes.get(failed)).toBe(unknown);
  });

  it('is its own where its connection was cut: no pod answered', () => {
    const cut = record({ pod: 'gateway-v1-1', id: 14, fate: 'reset', endedAt: 100 });
    const lost = call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'reset', sentAt: 10, onBehalfOf: 14 });
    expect(traceLosses([cut, lost]).causes.size).toBe(0);
  });
});

describe('a lost call', () => {
  it('is made up for where the request behind it was answered, and not where that is unknown', () => {
    const answered = record({ pod: 'gateway-v1-1', id: 12 });
    const first = call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'reset', onBehalfOf: 12 });
    const background = call('gateway-v1-1', { pod: 'auth-v1-1', fate: 'reset' });
    expect([...traceLosses([answered, first, background]).madeUp]).toEqual([first]);
  });
});
