import { PodLog } from './pod-log.js';

function podLog(): PodLog {
  return new PodLog('a', {
    record: () => undefined,
    onNote: () => undefined,
    phaseOf: () => undefined,
    // Of the world a log uses these alone.
  } as never);
}

describe('the last lines of a pod', () => {
  it('are the newest, as they came', () => {
    const log = podLog();
    for (let number = 1; number <= 25; number += 1) log.write({ stream: 'stdout', line: `line ${number}` });
    log.write({ stream: 'stderr', line: 'an error' });
    expect(log.last).toHaveLength(20);
    expect(log.last.at(-2)).toBe('line 25');
    expect(log.last.at(-1)).toBe('an error');
  });

  it('have what stderr said, although other lines have come since', () => {
    const log = podLog();
    log.write({ stream: 'stderr', line: 'the service does not start' });
    for (let number = 1; number <= 25; number += 1) log.write({ stream: 'stdout', line: `line ${number}` });
    expect(log.last.at(0)).toBe('line 6');
    expect(log.last.at(-1)).toBe('the service does not start');
  });
});
