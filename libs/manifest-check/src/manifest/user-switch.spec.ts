import { obstacleIn } from './command.js';

const UTIL_LINUX: readonly (readonly [words: readonly string[], instead: readonly string[]])[] = [
  [
    ['su', 'node', '-c', 'npm start'],
    ['node', 'dist/main.js'],
  ],
  [
    ['su', '-', 'node', '-c', 'exec node main.js'],
    ['node', 'main.js'],
  ],
  [
    ['su', '-c', 'cd app && node main.js', 'node'],
    ['sh', '-c', 'cd app && exec node main.js'],
  ],
  [
    ['runuser', '-u', 'node', '--', 'node', 'main.js'],
    ['node', 'main.js'],
  ],
  [
    ['sudo', '-E', '-u', 'node', 'node', 'main.js'],
    ['node', 'main.js'],
  ],
];

describe('programs that start the service as another user', () => {
  it.each(UTIL_LINUX)('finds that %j waits for its child', (words, instead) => {
    expect(obstacleIn(words)).toMatchObject({ kind: 'user switch', instead: { words: instead } });
  });

  it.each([
    [['gosu', 'node', 'node', 'main.js']],
    [['su-exec', 'node', 'node', 'main.js']],
    [['setpriv', '--reuid=1000', 'node', 'main.js']],
    [['chpst', '-u', 'node', 'node', 'main.js']],
    [['s6-setuidgid', 'node', 'node', 'main.js']],
    [['/init', 'node', 'main.js']],
    [['su', 'postgres', '-c', 'pg_ctl start']],
  ])('leaves %j alone, which gives way or is no service of Node', (words) => {
    expect(obstacleIn(words)).toBeUndefined();
  });

  it.each([[['/init', 'npm', 'start']], [['chpst', '-u', 'node', 'npm', 'start']], [['gosu', 'node', 'npm', 'start']]])(
    'finds the manager behind %j',
    (words) => {
      expect(obstacleIn(words)).toMatchObject({ program: 'npm', kind: 'runner' });
    },
  );
});

describe('a shell that passes the signal on', () => {
  it('is not blamed where it traps, signals its child and waits for it', () => {
    const line = 'trap "kill -TERM $P" TERM; node main.js & P=$!; wait $P';
    expect(obstacleIn(['sh', '-c', line])).toBeUndefined();
  });

  it.each(['node main.js & wait', 'trap "" TERM; node main.js & wait'])('is blamed for %j', (line) => {
    expect(obstacleIn(['sh', '-c', line])).toMatchObject({ kind: 'compound shell' });
  });
});
