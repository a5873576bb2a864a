import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest gives each test file modules of its own, and compiles the whole of Nest again for each of hundreds of files. This is
 * Jest's environment for Node, in which a worker compiles each module once, and only runs it for every file. A quarter
 * of the CPU time of a contract file is saved. Jest calls `vm.compileFunction` for a module and for nothing else (30.5); what
 * it does not call any more is compiled as before.
 * @typedef {{ readonly source: string, readonly script: vm.Script }} Compiled
 */

/** By the file's name. A file may be translated in more than one way, for which the source is compared. @type {Map<string, Compiled>} */
const compiled = new Map();
const compileFunction = vm.compileFunction;

vm.compileFunction = (source, parameters, options) => {
  const { parsingContext, filename } = options ?? {};
  if (parsingContext === undefined || filename === undefined) return compileFunction(source, parameters, options);
  return scriptOf(filename, source, parameters ?? []).runInContext(parsingContext);
};

/**
 * @param {string} filename
 * @param {string} source
 * @param {readonly string[]} parameters
 * @returns {vm.Script} one that evaluates to a function with these parameters, whose lines and columns are those of the source
 */
function scriptOf(filename, source, parameters) {
  const known = compiled.get(filename);
  if (known?.source === source) return known.script;
  const head = `(function (${parameters.join()}) {`;
  const script = new vm.Script(`${head}${source}\n})`, { filename, columnOffset: -head.length });
  compiled.set(filename, { source, script });
  return script;
}

/** Those that have run for the test file. @type {Set<AsyncLocalStorage<unknown>>} */
const storages = new Set();
for (const name of ['run', 'enterWith']) {
  /** @type {(...args: unknown[]) => unknown} */
  const method = Reflect.get(AsyncLocalStorage.prototype, name);
  /**
   * @this {AsyncLocalStorage<unknown>}
   * @param {unknown[]} args
   */
  const remembered = function (...args) {
    storages.add(this);
    return Reflect.apply(method, this, args);
  };
  Reflect.set(AsyncLocalStorage.prototype, name, remembered);
}

/**
 * Jest's environment for Node, without what earlier files have left to the worker. Node 20 and 22 ask every AsyncLocalStorage
 * that has run about every promise that is made. Each file has some of its own, so promises would become slower with every file.
 */
export default class CompileOnceEnvironment extends TestEnvironment {
  /** @override */
  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    await super.teardown();
  }
}
