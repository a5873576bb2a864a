import { pathReadings, plainPath } from '../../options/path-readings.js';

/**
 * The paths that the user took out of the exempt ones with a `!`. Every path that a router could match with one of them
 * counts as one: waiting for a request without need costs a moment, not waiting for it may close the database under it.
 */
export class TakenOut {
  readonly #exact = new Set<string>();
  readonly #below: string[] = [];

  /** @param paths without their `!`; each may end in a slash and a star, for everything below */
  constructor(paths: readonly string[]) {
    for (const path of paths) {
      const plain = plainPath(path.replace(/\/\*$/, ''));
      this.#exact.add(plain);
      if (path.endsWith('/*')) this.#below.push(`${plain}/`);
    }
  }

  /**
   * Whether a router could match the target of a request, or the pattern of a route, with a path that was taken out.
   */
  mayBe(target: string): boolean {
    if (this.#exact.size === 0) return false;
    const readings = pathReadings(target);
    if (readings === undefined) return true;
    for (const path of readings) {
      if (this.#exact.has(path) || this.#below.some((start) => path.startsWith(start))) return true;
    }
    return false;
  }
}
