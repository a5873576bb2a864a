import { hasOpenQuote, splitWords } from './shell-words.js';

describe('splitWords', () => {
  it.each([
    ['node dist/main.js', ['node', 'dist/main.js']],
    [`node -e 'console.log("a b")'`, ['node', '-e', 'console.log("a b")']],
    ['node --title="my service" main.js', ['node', '--title=my service', 'main.js']],
    [String.raw`node a\ b.js "c \"d\""`, ['node', 'a b.js', 'c "d"']],
    [String.raw`node "C:\new" "\$HOME" '\$HOME'`, ['node', String.raw`C:\new`, '$HOME', String.raw`\$HOME`]],
    [`node ''`, ['node', '']],
    ['  node\n main.js ', ['node', 'main.js']],
    ['', []],
  ])('splits %s', (command, words) => {
    expect(splitWords(command)).toEqual(words);
  });
});

describe('hasOpenQuote', () => {
  it.each(['node "main.js', "node 'x", String.raw`node "a\"`, 'node main.js\\', `node "a" 'b`])(
    'finds it in %s',
    (command) => {
      expect(hasOpenQuote(command)).toBe(true);
    },
  );

  it.each(['', 'node main.js', `node "it's" 'a "b'`, String.raw`node it\'s`])('finds none in %s', (command) => {
    expect(hasOpenQuote(command)).toBe(false);
  });
});
