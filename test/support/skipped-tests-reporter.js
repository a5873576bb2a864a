/**
 * Says by name and number what did not run, so that a skipped test is never silent. With CI=true it is a failure.
 * A test that only some machines can run carries its reason in its name: `… [needs PID namespaces]`.
 */
export default class SkippedTestsReporter {
  /** @type {string[]} */
  #skipped = [];

  /**
   * @param {Set<import('@jest/reporters').TestContext>} _contexts
   * @param {import('@jest/reporters').AggregatedResult} results
   */
  onRunComplete(_contexts, results) {
    this.#skipped = results.testResults
      .flatMap((file) => file.testResults)
      .filter((test) => test.status === 'pending' || test.status === 'todo' || test.status === 'disabled')
      .map((test) => test.fullName);
    if (this.#skipped.length === 0 || isFilteredByName()) return;
    console.log(`\nNot run: ${this.#skipped.length} tests\n${this.#skipped.map((name) => `  ${name}`).join('\n')}`);
  }

  getLastError() {
    if (this.#skipped.length === 0 || isFilteredByName() || process.env.CI !== 'true') return undefined;
    return new Error(`${this.#skipped.length} tests were skipped, and with CI=true nothing is`);
  }
}

/** With `-t`, Jest counts every test that was not asked for as pending. */
function isFilteredByName() {
  return process.argv.some((argument) => /^(-t|--testNamePattern)/.test(argument));
}
