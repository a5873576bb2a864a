// Parts of the rehearsal that its package does not export: the clients that ask the real balancers are those of the rehearsal itself.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const built = join(dirname(fileURLToPath(import.meta.url)), '../../libs/rollout/dist/esm');
const at = (/** @type {string} */ file) => pathToFileURL(join(built, file)).href;

/** @type {typeof import('../../libs/rollout/src/load/load.js')} */
export const { Load } = await import(at('load/load.js'));
/** @type {typeof import('../../libs/rollout/src/load/address.js')} */
export const { onLoopback } = await import(at('load/address.js'));
/** @type {typeof import('../../libs/rollout/src/random/random.js')} */
export const { Random } = await import(at('random/random.js'));
/** @type {typeof import('../../libs/rollout/src/clock/clock.js')} */
export const { systemClock } = await import(at('clock/clock.js'));
