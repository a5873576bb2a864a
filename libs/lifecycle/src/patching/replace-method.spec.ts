import { putMethod } from './replace-method.js';

class Greeter {
  greet(): string {
    return 'hello';
  }
}

describe('putMethod', () => {
  it('is found before the method of the class, and leaves no trace when it is undone', () => {
    const greeter = new Greeter();
    const undo = putMethod(greeter, 'greet', () => 'stood in');
    expect([greeter.greet(), Object.keys(greeter)]).toEqual(['stood in', []]);
    undo();
    expect([greeter.greet(), Reflect.ownKeys(greeter)]).toEqual(['hello', []]);
  });

  it('gives back what the object itself had', () => {
    const own = (): string => 'own';
    const greeter = Object.assign(new Greeter(), { greet: own });
    putMethod(greeter, 'greet', () => 'stood in')();
    expect(Object.getOwnPropertyDescriptor(greeter, 'greet')).toMatchObject({ value: own, enumerable: true });
  });

  it('leaves what other code has put there since', () => {
    const greeter = new Greeter();
    const undo = putMethod(greeter, 'greet', () => 'stood in');
    const spy = jest.spyOn(greeter, 'greet').mockReturnValue('spied');
    undo();
    expect(greeter.greet()).toBe('spied');
    expect(spy).toHaveBeenCalledTimes(1);
  });

  it('leaves a frozen object as it is', () => {
    const greeter = Object.freeze(new Greeter());
    putMethod(greeter, 'greet', () => 'stood in')();
    expect(greeter.greet()).toBe('hello');
  });
});
