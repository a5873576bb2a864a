interface Killable {
  kill(): Promise<void>;
}

const startedByTest = new Set<Killable>();
const startedByFile = new Set<Killable>();
let isInTest = false;

// Importing this file is what registers the clean-up, before any hook of the test file itself.
beforeEach(() => {
  isInTest = true;
});
afterEach(async () => {
  isInTest = false;
  await killAll(startedByTest);
});
afterAll(() => killAll(startedByFile));

/** Kills the program when the test that started it is over, or after the last test when `beforeAll` did. */
export function killAfterTest(program: Killable): void {
  (isInTest ? startedByTest : startedByFile).add(program);
}

async function killAll(programs: Set<Killable>): Promise<void> {
  await Promise.all([...programs].map((program) => program.kill()));
  programs.clear();
}
