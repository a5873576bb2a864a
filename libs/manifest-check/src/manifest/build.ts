/** What an image runs that is built by a Dockerfile here. */
export interface Build {
  /** `unknown` where a script starts it, and nothing shows what. */
  readonly runtime: 'node' | 'foreign' | 'unknown';
  /** Whether it has the very name that was asked for. */
  readonly isSure: boolean;
  /** Whether it serves pages, by what `package.json` beside it depends on. */
  readonly isFrontEnd: boolean;
  /** Whether `package.json` beside it is there, and depends neither on Nest nor on the module. */
  readonly isWithoutNest: boolean;
  /** The ports that it exposes. */
  readonly ports: readonly number[];
  /** Whether it is made from Alpine, whose shell is BusyBox. */
  readonly isAlpine: boolean;
  /** Whether it starts what people run while they write it. */
  readonly isForDevelopment: boolean;
}

/** The images that are built here. */
export interface Builds {
  /**
   * The one that a container runs, as far as names tell.
   *
   * @param image as the manifest writes it
   * @param names of the container and of its workload, for images that are called otherwise
   */
  find(this: void, image: string, names: readonly string[]): Build | undefined;
  /** What all of them run; `mixed` where they differ, `undefined` where none is built here. */
  readonly runtime: Build['runtime'] | 'mixed' | undefined;
  /** Whether a `package.json` is in the folder of a file, or above it. */
  hasPackage(this: void, path: string): boolean;
  /**
   * The template of a chart that something was rendered from.
   *
   * @param path of the rendered file: `<rendered from charts/api/Chart.yaml>`
   * @param template as Helm names it: `api/templates/deployment.yaml`
   */
  chartTemplate(this: void, path: string, template: string): string | undefined;
}

/** Where nothing is built. */
export const NO_BUILDS: Builds = {
  find: () => undefined,
  runtime: undefined,
  hasPackage: () => false,
  chartTemplate: () => undefined,
};

/** The parts of a name in lower case: `shop-frontEnd_web` is `shop`, `frontend`, `web`. */
export function partsOfName(name: string): readonly string[] {
  const spelt = name
    .toLowerCase()
    .replace(/front-end/g, 'frontend')
    .replace(/back-end/g, 'backend');
  return spelt
    .replace(/web-app/g, 'webapp')
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== '');
}
