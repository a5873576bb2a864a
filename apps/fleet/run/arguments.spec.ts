import { ArgumentError, readArguments } from './arguments.js';

describe('the arguments of the fleet', () => {
  it('are one round where nothing is said', () => {
    expect(readArguments(['--roll'])).toEqual({
      isRoll: true,
      minutes: 0,
      rounds: 1,
      replicas: 2,
      port: 3000,
      pagePort: 4000,
    });
  });

  it('are minutes or rounds', () => {
    expect(readArguments(['--minutes', '2.5'])).toMatchObject({ minutes: 2.5, rounds: 0 });
    expect(readArguments(['--rounds', '3'])).toMatchObject({ minutes: 0, rounds: 3 });
    expect(() => readArguments(['--rounds', '3', '--minutes', '2'])).toThrow(ArgumentError);
  });

  it.each([['--rounds', '0'], ['--rounds', 'two'], ['--minutes', '-1'], ['--port', '70000'], ['--what']])(
    'are refused with what to type: %s %s',
    (...args) => {
      expect(() => readArguments(args.filter((arg) => arg !== undefined))).toThrow(
        /Type for example: npm run fleet:roll/,
      );
    },
  );
});
