import { type ConnectionFacts, type RequestRecord } from '../../ledger/request-record.js';
import { type ClusterLoss } from './cluster-inquiry.js';
import { connectionStory } from './connection-story.js';

function lossOf(connection: Partial<ConnectionFacts>): ClusterLoss {
  const facts = { ageMs: 0, uses: 0, idleMs: undefined, lastSaidClose: undefined, servedBy: undefined, ...connection };
  const record: RequestRecord = {
    id: 1,
    kind: 'GET /',
    method: 'GET',
    path: '/',
    client: 'keep-alive',
    sentAt: 0,
    answeredAt: undefined,
    endedAt: 1,
    fate: 'reset',
    status: undefined,
    detail: 'ECONNRESET',
    isReused: true,
    connection: facts,
    attempts: [],
  };
  return { record, fate: 'reset', at: 1, stopping: [], crashed: [], fresh: [], ready: 2 };
}

describe('connectionStory', () => {
  it('tells of the first kept connection its age, uses, idle time, last answer and pod', () => {
    const kept = lossOf({ ageMs: 12_300, uses: 41, idleMs: 1200, lastSaidClose: false, servedBy: 'orders-1' });
    expect(connectionStory([lossOf({}), kept])).toBe(
      ' The first: a connection of 12.3 s, used for 41 requests before, idle for 1.2 s, its last answer without Connection: close (of orders-1).',
    );
  });

  it('has nothing to tell of new connections', () => {
    expect(connectionStory([lossOf({})])).toBe('');
  });
});
