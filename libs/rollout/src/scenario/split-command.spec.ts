import { splitCommand } from './split-command.js';

describe('splitCommand', () => {
  it.each([
    ['node dist/main.js', ['node', 'dist/main.js']],
    [`node -e 'console.log("a b")'`, ['node', '-e', 'console.log("a b")']],
    ['node --title="my service" main.js', ['node', '--title=my service', 'main.js']],
    [String.raw`node a\ b.js "c \"d\""`, ['node', 'a b.js', 'c "d"']],
    [`node ''`, ['node', '']],
    ['  node  main.js ', ['node', 'main.js']],
  ])('splits %s', (line, words) => {
    expect(splitCommand(line)).toEqual(words);
  });

  it.each(['', '  ', 'node "main.js', "node 'x", `''`])('refuses %j', (line) => {
    expect(splitCommand(line)).toBeUndefined();
  });
});
