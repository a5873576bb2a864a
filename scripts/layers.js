/**
 * Which folders of a package may import which. `npm run lint` keeps to it.
 *
 * In every package neither the files nor the folders in `src` import each other in a circle. Types count, specs do not.
 *
 * Where a package has `layers`, from the ground up, a folder imports its own layer and the layers below. `.` stands for the files
 * that are directly in `src`, `*` for every folder that is not named.
 *
 * `known` lists the imports that still break this. The list only becomes shorter: an entry whose import is gone is an error.
 * @typedef {object} Layering
 * @property {readonly (readonly string[])[]} [layers]
 * @property {readonly string[]} [known] folders as in `traffic -> shutdown`, or files as in `traffic/a.ts -> shutdown/b.ts`
 */

/** @type {Readonly<Record<string, Layering>>} */
export const layerings = {
  'libs/rollout': {
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
  // `errors`, `deadline`, `phase` and `events` know nothing above them, and `internals`, what is private in Nest and Node, and
  // `patching` know no feature. Features know those. Only `shutdown` knows the features,
  // only `signals` starts a shutdown, and only the files directly in `src` wire everything together.
  'libs/lifecycle': {
    layers: [
      ['errors', 'deadline', 'phase', 'events', 'internals', 'patching'],
      ['*'],
      ['shutdown'],
      ['signals'],
      ['.'],
      ['testing'],
    ],
    known: [
      'errors -> copies',
      'events -> in-flight',
      'events -> nest',
      'events -> options',
      'health/failed-probes.ts -> traffic/tracked-request.ts',
      'health -> nest',
      'nest -> shutdown',
      'options -> nest',
      'traffic -> nest',
      'traffic -> shutdown',
      'traffic/connection.ts -> traffic/open-requests.ts',
      'traffic/connection.ts -> traffic/tracked-request.ts',
      'traffic/route.ts -> traffic/tracked-request.ts',
    ],
  },
  'libs/shared': {},
  'apps/cli': {},
  'apps/demo': {},
};
