import { StartUp } from './start-up.js';

describe('StartUp', () => {
  let completions: number;
  let startUp: StartUp;

  beforeEach(() => {
    completions = 0;
    startUp = new StartUp(() => (completions += 1));
    startUp.expectListener();
  });

  it('has begun with the first onModuleInit, and settled with the last onApplicationBootstrap', () => {
    expect([startUp.hasBegun, startUp.hasSettled]).toEqual([false, false]);
    startUp.initialising();
    expect([startUp.hasBegun, startUp.hasSettled]).toEqual([true, false]);
    startUp.bootstrapped();
    expect([startUp.hasBegun, startUp.hasSettled]).toEqual([true, true]);
  });

  it('has settled when a hook has failed, and is never complete then', async () => {
    startUp.initialising();
    startUp.failed();
    await startUp.settled;
    startUp.listening();
    expect([startUp.hasSettled, startUp.isComplete, completions]).toEqual([true, false, 0]);
  });

  it('is complete when the application is bootstrapped and listens', () => {
    startUp.initialising();
    startUp.bootstrapped();
    expect([startUp.isComplete, completions]).toEqual([false, 0]);
    startUp.listening();
    expect([startUp.isComplete, completions]).toEqual([true, 1]);
  });

  it('is not complete when something listens that is not bootstrapped', () => {
    startUp.initialising();
    startUp.listening();
    expect([startUp.isComplete, completions]).toEqual([false, 0]);
    startUp.bootstrapped();
    expect([startUp.isComplete, completions]).toEqual([true, 1]);
  });

  it('waits for no listener where there is none', () => {
    startUp = new StartUp(() => (completions += 1));
    startUp.initialising();
    startUp.bootstrapped();
    expect([startUp.isComplete, completions]).toEqual([true, 1]);
  });

  it('has settled once it is bootstrapped, whether or not anything listens', async () => {
    let hasSettled = false;
    void startUp.settled.then(() => (hasSettled = true));
    startUp.initialising();
    await Promise.resolve();
    expect(hasSettled).toBe(false);
    startUp.bootstrapped();
    await startUp.settled;
    expect(hasSettled).toBe(true);
  });
});
