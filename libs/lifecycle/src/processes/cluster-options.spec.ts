import { availableParallelism } from 'node:os';
import { type ClusterPlace, readClusterOptions } from './cluster-options.js';

function placeWith(variables: Record<string, string> = {}, isTerminal = false): ClusterPlace {
  return { variable: (name) => variables[name], platform: 'linux', isTerminal };
}

describe('the options of a cluster', () => {
  it('have defaults', () => {
    const { log, onReport, ...settings } = readClusterOptions({}, placeWith());
    expect([typeof log, typeof onReport]).toEqual(['function', 'function']);
    expect(settings).toEqual({
      workers: availableParallelism(),
      // Of the margin of 2 s that a worker keeps free by itself, half is left for killing it.
      budgetMs: 29_000,
      restart: { maxAttempts: Infinity, initialMs: 1000, maxMs: 30_000 },
      startTimeoutMs: 60_000,
      signals: ['SIGTERM', 'SIGINT'],
      reloadSignal: 'SIGHUP',
    });
  });

  it('read the times that the workers read', () => {
    const variables = { SHUTDOWN_GRACE_PERIOD: '10', SHUTDOWN_PRE_STOP: '2s' };
    expect(readClusterOptions({}, placeWith(variables)).budgetMs).toBe(7500);
    expect(readClusterOptions({ gracePeriod: '20s' }, placeWith(variables)).budgetMs).toBe(17_000);
  });

  it('leave SIGHUP to a terminal that is closed, unless it is asked for', () => {
    expect(readClusterOptions({}, placeWith({}, true)).reloadSignal).toBeUndefined();
    expect(readClusterOptions({ reloadSignal: 'SIGHUP' }, placeWith({}, true)).reloadSignal).toBe('SIGHUP');
    expect(readClusterOptions({ reloadSignal: false }, placeWith()).reloadSignal).toBeUndefined();
  });

  it('replace no worker with restart: false', () => {
    expect(readClusterOptions({ restart: false }, placeWith()).restart).toBeUndefined();
  });

  it('are refused all at once, each with what to type', () => {
    const wrong = {
      ...{ workers: 0, gracePeriod: 'soon', restart: true, startTimeout: 0, signals: ['SIGKILL'] },
      ...{ reloadSignal: 'HUP', log: 'console', onReport: 1, worker: 4 },
    };
    expect(() => readClusterOptions(wrong, placeWith())).toThrow(
      expect.objectContaining({ code: 'INVALID_CLUSTER' }) as Error,
    );
    const message = messageOf(() => readClusterOptions(wrong, placeWith()));
    for (const line of [
      'workers: received 0; allowed: a whole number from 1 to 1024. Type workers: 4.',
      "gracePeriod: received 'soon'; allowed: a duration such as",
      'restart: received true; allowed: { maxAttempts, backoff }',
      'startTimeout: received 0; allowed: a duration',
      "signals: received [ 'SIGKILL' ]; allowed: a list of signal names",
      "reloadSignal: received 'HUP'; allowed: the name of a signal that can be heard, or false.",
      "log: received 'console'; allowed: a function.",
      'onReport: received 1; allowed: a function.',
      'worker: received 4; allowed: workers, gracePeriod,',
    ])
      expect(message).toContain(line);
    expect(messageOf(() => readClusterOptions(4, placeWith()))).toContain(
      'the options: received 4; allowed: an object',
    );
  });
});

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return String(error);
  }
  return 'nothing was thrown';
}
