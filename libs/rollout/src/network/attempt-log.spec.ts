import { AttemptLog } from './attempt-log.js';

describe('AttemptLog', () => {
  it('forgets the oldest when there are too many', () => {
    const log = new AttemptLog<number>(() => 5, 2);
    for (const port of [1, 2, 1, 3]) log.open(port).begin(`pod of ${port}`);
    expect(log.of(2)).toEqual([]);
    expect([log.of(1), log.of(3)]).toMatchObject([[{ pod: 'pod of 1', at: 5 }], [{ pod: 'pod of 3' }]]);
  });

  it('begins anew when a port is used again', () => {
    const log = new AttemptLog<number>(() => 0);
    log.open(1).begin('a');
    log.open(1).begin('b');
    expect(log.of(1).map(({ pod }) => pod)).toEqual(['b']);
  });

  it('tells what was known when it was asked', () => {
    const log = new AttemptLog<number>(() => 0);
    const attempt = log.open(1).begin('a');
    const before = log.of(1);
    attempt.connect = 'open';
    expect([before[0]?.connect, log.of(1)[0]?.connect]).toEqual(['black-hole', 'open']);
  });
});
