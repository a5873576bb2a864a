import { describeError, LifecycleError, stackOf } from './lifecycle-error.js';

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

  it.each<[string, unknown]>([
    ['an object without a prototype', Object.create(null)],
    ['an error whose message throws', brokenError('message')],
    ['an error whose stack throws', brokenError('stack')],
    ['a proxy that answers nothing', new Proxy({}, { get: refuse, getPrototypeOf: refuse })],
  ])('never throws itself: %s', (_, thrown) => {
    expect(describeError(thrown)).toEqual(expect.any(String));
    expect(() => stackOf(thrown)).not.toThrow();
  });
});

function refuse(): never {
  throw new Error('not even this');
}

function brokenError(property: string): Error {
  return Object.defineProperty(new Error('broken'), property, { get: refuse });
}
