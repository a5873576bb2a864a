/** The version of this package, as in its package.json; `npm run release:version` writes it here. */
export const VERSION = '0.1.0';
