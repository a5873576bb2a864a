import { type ReadOnce } from './read-once.js';

const OF_MODULE = /"nestjs-lifecycle"\s*:/;

/** Whether a `package.json` depends on the module. One that is not there, or cannot be read, is no sign of it. */
export function dependsOnModule(at: string, reader: ReadOnce): boolean {
  const text = reader.neighbour(at);
  return text !== undefined && OF_MODULE.test(text);
}
