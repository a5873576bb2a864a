import { isNestListener } from './nest-signals.js';

interface Application {
  callDestroyHook(): Promise<void>;
  callShutdownHook(signal: string): Promise<void>;
}

it("knows Nest's signal listener by the members that it uses, whatever its name is", () => {
  const minified = (a: Application) => async (b: string) => {
    await a.callDestroyHook();
    await a.callShutdownHook(b);
  };
  const application = { callDestroyHook: async () => undefined, callShutdownHook: async () => undefined };
  expect(isNestListener(minified(application))).toBe(true);
});

it("does not take a user's listener for Nest's because of its name", () => {
  const cleanup = (): void => process.exit(0);
  expect(isNestListener(cleanup)).toBe(false);
});
