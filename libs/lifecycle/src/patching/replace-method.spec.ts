import { putMethod, replaceMethods } from './replace-method.js';

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

describe('replaceMethods', () => {
  const NAMES = ['greet', 'leave', 'missing'];
  const louder = (original: () => unknown) => (): unknown => `${String(original())}!`;

  class Guest extends Greeter {
    leave(): string {
      return 'bye';
    }
  }

  it('stands between the object and its class, and leaves no trace on either', () => {
    const guest = new Guest();
    const undo = replaceMethods(guest, NAMES, louder);
    expect([guest.greet(), guest.leave(), guest instanceof Guest]).toEqual(['hello!', 'bye!', true]);
    expect([Reflect.ownKeys(guest), 'missing' in guest, new Guest().greet()]).toEqual([[], false, 'hello']);
    undo();
    expect([guest.greet(), guest.leave(), Object.getPrototypeOf(guest)]).toEqual(['hello', 'bye', Guest.prototype]);
  });

  it('replaces what the object itself has on the object', () => {
    const guest = Object.assign(new Guest(), { greet: () => 'own' });
    const undo = replaceMethods(guest, NAMES, louder);
    expect([guest.greet(), guest.leave()]).toEqual(['own!', 'bye!']);
    undo();
    expect([guest.greet(), guest.leave(), Object.keys(guest)]).toEqual(['own', 'bye', ['greet']]);
  });

  it('replaces nothing any more below what other code has put above it since', () => {
    const guest = new Guest();
    const undo = replaceMethods(guest, NAMES, louder);
    const undoLater = replaceMethods(guest, ['greet'], louder);
    expect(guest.greet()).toBe('hello!!');
    undo();
    expect(guest.leave()).toBe('bye');
    undoLater();
    expect(guest.leave()).toBe('bye');
  });

  it('leaves a frozen object as it is', () => {
    const guest = Object.freeze(new Guest());
    replaceMethods(guest, NAMES, louder)();
    expect([guest.greet(), Object.getPrototypeOf(guest)]).toEqual(['hello', Guest.prototype]);
  });
});
