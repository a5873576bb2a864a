// A transport of pino as many ship lines: it takes them all at once, and works on one after the other.
const { appendFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
const { PassThrough } = require('node:stream');

const TURNS = 5;

/** @param {{ file: string }} options */
module.exports = async ({ file }) => {
  const input = new PassThrough();
  void ship(input, file);
  return input;
};

/**
 * @param {PassThrough} input
 * @param {string} file
 */
async function ship(input, file) {
  for await (const line of createInterface({ input })) {
    for (let turn = 0; turn < TURNS; turn += 1) await new Promise(setImmediate);
    appendFileSync(file, `${line}\n`);
  }
}
