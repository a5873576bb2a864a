import { Source } from '../source/source.js';
import { readYaml } from '../source/yaml-reader.js';
import { Container } from './container.js';
import { type PreStop, preStopOf } from './pre-stop.js';

function preStopRunning(...command: readonly string[]): PreStop {
  const text = JSON.stringify({ lifecycle: { preStop: { exec: { command } } } });
  const [document] = readYaml(new Source({ path: 'container.json', text }));
  if (document === undefined) throw new Error('there is no container');
  return preStopOf(new Container(document.root, new Map()));
}

describe('preStopOf', () => {
  it.each([
    ['sleep 10', 10],
    ['sleep 15; nginx -s quit', 15],
    ['echo x; sleep 10', 10],
    ['sleep 10 && nginx -s quit', 10],
    ['sleep 10 || true', 10],
    ['touch /tmp/x && sleep 10', 10],
    ['sleep 5; sleep 7', 12],
    ['sleep 0.2m', 12],
    ['sleep 1m 5s', 65],
    ['# wait\nsleep 10\n', 10],
    ['exec /bin/sleep 10', 10],
    ['echo "; sleep 99"; sleep 1', 1],
    ['curl localhost/leave || sleep 99; sleep 1', 1],
    ['sleep 99 & sleep 1', 1],
  ])('adds the sleeps of %j up', (line, seconds) => {
    expect(preStopRunning('/bin/sh', '-c', line).ms).toBeCloseTo(seconds * 1000);
    expect(preStopRunning('bash', '-e', '-uc', line).ms).toBeCloseTo(seconds * 1000);
  });

  it.each([
    'nginx -s quit',
    'sleep $((5+5))',
    'sleep "$DELAY"; sleep 5',
    'for i in 1 2; do sleep 5; done',
    'if true; then sleep 5; fi',
    'test -f /tmp/x && sleep 5',
    'sleep 5 & wait',
    '(sleep 5; echo x)',
    'sleep infinity',
  ])('does not know how long %j takes', (line) => {
    expect(preStopRunning('sh', '-c', line).ms).toBeUndefined();
  });

  it('tells a plain wait from one that does more', () => {
    expect(preStopRunning('sleep', '5')).toMatchObject({ ms: 5000, isOnlySleep: true });
    expect(preStopRunning('sh', '-c', 'sleep 5 || true')).toMatchObject({ ms: 5000, isOnlySleep: true });
    expect(preStopRunning('sh', '-c', 'sleep 5; nginx -s quit')).toMatchObject({ ms: 5000, isOnlySleep: false });
    expect(preStopRunning('/app/leave.sh')).toMatchObject({ ms: undefined, isOnlySleep: false });
  });
});
