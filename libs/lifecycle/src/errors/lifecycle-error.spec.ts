import { describeError, LifecycleError } from './lifecycle-error.js';

describe('LifecycleError', () => {
  it('is an error with a code, a message and, where there is one, a cause', () => {
    const cause = new Error('refused');
    const error = new LifecycleError('GATE_DOWN', 'the database is down', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'LifecycleError', code: 'GATE_DOWN', message: 'the database is down', cause });
  });
});

describe('describeError', () => {
  it.each<[string, unknown]>([
    ['refused', new Error('refused')],
    ['TypeError', new TypeError('')],
    ['a word', 'a word'],
    ['undefined', undefined],
    ['null', null],
    ['42', 42],
    ['Symbol(stop)', Symbol('stop')],
  ])('says %p', (text, thrown) => {
    expect(describeError(thrown)).toBe(text);
  });
});
