import { type Attempt, type Fate } from './request-record.js';
import { trueFate } from './true-fate.js';

const attempt = (connect: Attempt['connect']): Attempt => ({
  pod: 'a',
  at: 0,
  connect,
  connectedAt: undefined,
  wasDelivered: false,
});

describe('trueFate', () => {
  it.each<[Fate, Attempt['connect'] | 'no pod', Fate]>([
    ['reset', 'refused', 'refused'],
    ['reset', 'no pod', 'refused'],
    ['reset', 'open', 'reset'],
    ['timeout', 'black-hole', 'black-hole'],
    ['timeout', 'open', 'timeout'],
    ['timeout', 'no pod', 'timeout'],
    ['answered', 'refused', 'answered'],
    ['server-error', 'refused', 'server-error'],
  ])('what a client sees as %s, where the connection was %s, is %s', (fate, connect, expected) => {
    expect(trueFate(fate, connect === 'no pod' ? [] : [attempt('open'), attempt(connect)])).toBe(expected);
  });
});
