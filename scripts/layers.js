/**
 * Which folders of a package may import which. `npm run lint` keeps to it.
 *
 * In every package neither the files nor the folders in `src` import each other in a circle. Types count, specs do not.
 *
 * Where a package has `layers`, from the ground up, a folder imports its own layer and the layers below. `.` stands for the files
 * that are directly in `src`, `*` for every folder that is not named.
 *
 * `without` lists parts that must do without some packages: neither they nor anything that they import, and that imports, has one.
 *
 * `known` lists the imports that still break this. The list only becomes shorter: an entry whose import is gone is an error.
 * @typedef {object} Layering
 * @property {string} [sources] the folder of the sources in the package; `src` where it is not said
 * @property {readonly (readonly string[])[]} [layers]
 * @property {Readonly<Record<string, Layering>>} [inside] the same for the folders in a folder
 * @property {readonly { readonly parts: readonly string[], readonly packages: readonly string[] }[]} [without] folders or files in `src`
 * @property {readonly string[]} [known] folders as in `traffic -> shutdown`, or files as in `traffic/a.ts -> shutdown/b.ts`
 */

/** @type {Readonly<Record<string, Layering>>} */
export const layerings = {
  'libs/rollout': {
    // The API server of a real cluster, what is done and seen there, and the whole.
    inside: { 'real-cluster': { layers: [['api'], ['*'], ['.']] } },
    layers: [['clock', 'ledger', 'random', 'schema'], ['load', 'network'], ['scenario'], ['*'], ['.']],
  },
  'libs/manifest-check': {
    layers: [
      ['source'],
      ['edits', 'settings'],
      ['findings', 'manifest'],
      ['platforms'],
      ['*'],
      ['rules'],
      ['output', '.'],
    ],
  },
  // `copies`, `errors`, `deadline`, `platform`, `phase`, `report` (what a shutdown came to, plain data) and `events` know nothing above them, and `internals`, what is private in Nest and Node, and
  // `patching` know no feature. Features know those. Only `shutdown` knows the features,
  // only `signals` starts a shutdown. `dump` reads all of it. `processes` has what stands above a service. `engine` wires everything that knows no Nest, and the files directly in `src` the rest.
  'libs/lifecycle': {
    // What is on the wire, the requests of HTTP, streams, the messages of other transports, and what runs for all of these.
    inside: {
      traffic: { layers: [['wire'], ['http'], ['long-lived'], ['messages'], ['handlers', 'web-sockets']] },
    },
    layers: [
      ['copies', 'errors', 'deadline', 'platform', 'phase', 'report', 'events', 'internals', 'patching'],
      ['*'],
      ['shutdown'],
      ['signals'],
      ['dump'],
      ['engine', 'processes'],
      ['standalone'],
      ['.'],
      ['testing'],
    ],
    // A service without Nest has none of these installed. Types count: they are in the declarations.
    without: [{ parts: ['engine', 'processes', 'standalone'], packages: ['@nestjs', 'reflect-metadata', 'rxjs'] }],
  },
  'libs/shared': {},
  'apps/cli': {},
  'apps/demo': {},
  // A folder is a service, `stack` is around each, `run` starts them.
  'apps/fleet': {
    sources: '.',
    layers: [['stack'], ['messages', 'storage'], ['*'], ['run']],
  },
};
