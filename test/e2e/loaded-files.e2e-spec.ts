import { startProgram } from '../support/program.js';

/** Files of the library that a plain service may load. Each costs time at every start; modules are joined by scripts/bundle.js. */
const MOST_FILES = 8;

/** Has Node print the address of each ES module before it is loaded. */
const LOADER = `
import { writeSync } from 'node:fs';
export function load(address, context, next) {
  writeSync(1, 'loads ' + address + '\\n');
  return next(address, context);
}`;
const REGISTER = `import { register } from 'node:module'; register(${JSON.stringify(addressOf(LOADER))});`;

function addressOf(code: string): string {
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

describe('a service without anything to integrate', () => {
  it(`loads at most ${MOST_FILES} files of the library, none of them of an integration`, async () => {
    const program = startProgram('plain-service', { nest: 12, nodeArgs: ['--import', addressOf(REGISTER)] });
    await program.waitForLine(/^serving$/);
    const loaded = [...program.output.matchAll(/^loads file:.*$/gm)].map(([line]) => line);
    const ours = loaded.filter((line) => line.includes('/libs/lifecycle/dist/'));
    expect(ours.length).toBeGreaterThan(0);
    expect({ isBounded: ours.length <= MOST_FILES, ours }).toMatchObject({ isBounded: true });
    expect(ours.filter((line) => line.includes('/followed-'))).toEqual([]);
  });
});
