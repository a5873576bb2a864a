import { hasOpenQuote, shellWord, splitWords } from './shell-words.js';

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

describe('shellWord', () => {
  it.each(['orders', 'a b', "it's; rm -rf ~", '$(id)', '', 'a\nb'])('is one word of a shell: %p', (word) => {
    expect(splitWords(`node ${shellWord(word)}`)).toEqual(['node', word]);
    expect(hasOpenQuote(shellWord(word))).toBe(false);
  });

  it('leaves alone what needs no quotes', () => {
    expect(shellWord('amqp://127.0.0.1:5672/orders')).toBe('amqp://127.0.0.1:5672/orders');
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
