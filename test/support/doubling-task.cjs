const { setTimeout } = require('node:timers/promises');

/** A task of Piscina: takes a moment. */
module.exports = async (/** @type {number} */ number) => {
  await setTimeout(100);
  return 2 * number;
};
