import { posix } from 'node:path';
import { creationIn, enableHooks, importedFrom } from './main-file.js';
import { importModule } from './root-module.js';
import { shownDiff } from './shown-diff.js';
import { type Edited, readSource, type Source } from './source-edit.js';
import { type TypeScript, typeScriptOf } from './typescript.js';

/** What is used of the files that a schematic works on: https://angular.dev/tools/cli/schematics-authoring */
export interface Tree {
  exists(path: string): boolean;
  read(path: string): { toString(encoding: 'utf8'): string } | null;
  overwrite(path: string, text: string): void;
}

/** What is used of the context of a schematic. */
export interface SchematicContext {
  readonly logger: { info(text: string): void; warn(text: string): void };
}

/** What the CLI of Nest passes. */
export interface NestAddOptions {
  readonly sourceRoot?: string;
}

const MODULE_TO_TYPE =
  "Type import { GracefulShutdownModule } from 'nestjs-lifecycle' and imports: [GracefulShutdownModule.forRoot()] in the root module.";
const HOOKS_TO_TYPE = 'Type app.enableShutdownHooks() behind NestFactory.create().';

/**
 * `nest add nestjs-lifecycle`: imports the module into the root module, and calls `enableShutdownHooks()` in `main.ts`. What is there
 * already is left as it is, and so is a file that is not as Nest makes it: then it is said what to type.
 */
export function nestAdd({ sourceRoot = 'src' }: NestAddOptions = {}): (tree: Tree, context: SchematicContext) => Tree {
  return (tree, { logger }) => {
    const ts = typeScriptOf(process.cwd());
    if (ts === undefined) logger.warn(`There is no TypeScript in this project. ${MODULE_TO_TYPE} ${HOOKS_TO_TYPE}`);
    else new Addition(tree, logger, ts).add(posix.normalize(sourceRoot.replaceAll('\\', '/')));
    return tree;
  };
}

class Addition {
  constructor(
    private readonly tree: Tree,
    private readonly logger: SchematicContext['logger'],
    private readonly ts: TypeScript,
  ) {}

  add(folder: string): void {
    const path = posix.join('/', folder, 'main.ts');
    const main = this.#sourceAt(path);
    const creation = typeof main === 'string' ? main : creationIn(main);
    if (typeof main === 'string') return this.#leaveAlone(path, main);
    if (typeof creation === 'string') return this.#leaveAlone(path, creation);
    this.#importInto(modulePath(path, importedFrom(main, creation.rootModule)), creation.rootModule);
    this.#apply(path, enableHooks(main, creation), HOOKS_TO_TYPE);
  }

  #leaveAlone(path: string, why: string): void {
    this.logger.warn(`${path} is left as it is: ${why}. ${MODULE_TO_TYPE} ${HOOKS_TO_TYPE}`);
  }

  #importInto(path: string | undefined, className: string): void {
    if (path === undefined) {
      this.logger.warn(`${className} is not imported from a file of this project. ${MODULE_TO_TYPE}`);
      return;
    }
    const source = this.#sourceAt(path);
    const edited: Edited =
      typeof source === 'string' ? { how: 'left-alone', why: source } : importModule(source, className);
    this.#apply(path, edited, MODULE_TO_TYPE);
  }

  #apply(path: string, edited: Edited, toType: string): void {
    if (edited.how === 'left-alone') this.logger.warn(`${path} is left as it is: ${edited.why}. ${toType}`);
    else if (edited.how === 'unchanged') this.logger.info(`${path} has it already.`);
    else {
      this.logger.info(shownDiff(path, this.#textAt(path) ?? '', edited.text).join('\n'));
      this.tree.overwrite(path, edited.text);
    }
  }

  /** A file that was read, or why it cannot be used. */
  #sourceAt(path: string): Source | string {
    const text = this.#textAt(path);
    if (text === undefined) return 'it is not there';
    return readSource(this.ts, text) ?? 'TypeScript finds mistakes in it';
  }

  #textAt(path: string): string | undefined {
    return this.tree.exists(path) ? this.tree.read(path)?.toString('utf8') : undefined;
  }
}

/** The file of a module that is imported by a relative path, with or without the ending of ES modules. */
function modulePath(from: string, specifier: string | undefined): string | undefined {
  if (specifier?.startsWith('.') !== true) return undefined;
  return posix.join(posix.dirname(from), `${specifier.replace(/\.[jt]s$/, '')}.ts`);
}
