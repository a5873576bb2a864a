import { skipInits } from './runner.js';

describe('where the command of a service begins', () => {
  it('is behind init programs and what fetches secrets', () => {
    expect(skipInits(['tini', '--', 'chamber', 'exec', 'orders', '--', 'node', 'main.js'])).toBe(6);
    expect(skipInits(['orders', '--', '--help'])).toBe(0);
  });

  it('is found in one pass, however many programs stand before it', () => {
    const wrapped = Array.from({ length: 200 }, () => ['wrapper', '--']).flat();
    expect(skipInits([...wrapped, 'node', 'main.js'])).toBe(400);
    expect(skipInits([...wrapped, 'ruby', 'main.rb'])).toBe(0);
  });

  it.each([
    ['init programs', ['nohup']],
    ['programs with two dashes', ['wrapper', '--']],
  ])('is found behind a hundred thousand %s', (_name, words) => {
    const wrapped = Array.from({ length: 100_000 }, () => words).flat();
    expect(skipInits([...wrapped, 'node', 'main.js'])).toBe(wrapped.length);
  });
});
