import { commandsIn, isCompound, wordsIn } from './shell-line.js';

describe('commandsIn', () => {
  it.each([
    ['a; b', ['a', 'b']],
    ['a && b || c', ['a', 'b', 'c']],
    ['set -e\nnode a.js\n\nexec node b.js\n', ['set -e', 'node a.js', 'exec node b.js']],
    ['# wait\nsleep 10 # ten', ['sleep 10']],
    [`echo "a; b" 'c && d' e\\;f; g`, [`echo "a; b" 'c && d' e\\;f`, 'g']],
    ['node a.js > log 2>&1 | pino-pretty', ['node a.js > log 2>&1', 'pino-pretty']],
    ['a=$(b; c) d', ['a=$(b; c) d']],
    ['curl http://a/#b; c', ['curl http://a/#b', 'c']],
    ['', []],
  ])('reads %j', (line, texts) => {
    expect(commandsIn(line).map(({ text }) => text)).toEqual(texts);
  });

  it('says what joins them, and where they begin', () => {
    expect(commandsIn(' a & b || c;')).toEqual([
      { text: 'a', start: 1, before: '', after: '&' },
      { text: 'b', start: 5, before: '&', after: '||' },
      { text: 'c', start: 10, before: '||', after: ';' },
    ]);
  });
});

describe('isCompound', () => {
  it('tells a loop or a group from a command', () => {
    const [first] = commandsIn('while true');
    const [second] = commandsIn('dotenv x');
    expect([first, second].map((command) => command !== undefined && isCompound(command))).toEqual([true, false]);
  });
});

describe('wordsIn', () => {
  it.each([
    ['node  dist/main.js', ['node', 'dist/main.js']],
    [`node -e 'a $b; "c"' "d \\"e\\"" f\\ g`, ['node', '-e', 'a $b; "c"', 'd "e"', 'f g']],
    ['node $FILE', undefined],
    ['node "$FILE"', undefined],
    ['node dist/*.js', undefined],
    ['node a.js > log', undefined],
  ])('reads %j', (command, words) => {
    expect(wordsIn(command)).toEqual(words);
  });
});
