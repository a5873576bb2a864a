import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../support/repository.js';
import { type PlacedBlock, blocksOfKind } from './pages.js';

/** A block of code as a file: its first line names it. */
export interface CodeFile {
  readonly name: string;
  /** The page it belongs to. */
  readonly page: string;
  readonly text: string;
}

/** The pages' TypeScript, with what stands beside it. A page that imports a file which is not its own has that of the README, as its readers do. */
export function codeFiles(): CodeFile[] {
  const files = [...blocksOfKind('ts'), ...blocksOfKind('proto')].map(toFile);
  const shared = files.filter(({ page, name }) => page === 'README' && name !== 'main.ts');
  const names = [...new Set(files.map(({ page }) => page))].filter((page) => page !== 'README');
  const copies = names.flatMap((page) =>
    shared
      .filter(
        ({ name }) =>
          importsOf(files, page).includes(name) && !files.some((own) => own.page === page && own.name === name),
      )
      .map(({ name, text }) => ({ name, text, page })),
  );
  return unique([...files, ...copies]);
}

/** Which tests run a file, by its name. What has another name would be run by none, so it is an error. */
const RUN = {
  program: /(^|-)main\.ts$/,
  module: /\.module\.ts$/,
  test: /-spec\.ts$/,
  data: /\.proto$/,
};

/** Whether a file is of that kind. */
export function isOf(kind: keyof typeof RUN): (file: CodeFile) => boolean {
  return ({ name }) => RUN[kind].test(name);
}

function toFile({ text, line, page }: PlacedBlock): CodeFile {
  const name = /^\/\/ ([\w.-]+)\n/.exec(text)?.[1];
  if (name === undefined)
    throw new Error(`${page.path}:${line}: the first line of the block names its file: // main.ts`);
  if (!Object.values(RUN).some((pattern) => pattern.test(name)))
    throw new Error(
      `${page.path}:${line}: no test would run ${name}: call it main.ts, *-main.ts, *.module.ts or *-spec.ts`,
    );
  return { name, page: page.name, text };
}

/** The names of the files of its folder that a page's code imports. */
function importsOf(files: readonly CodeFile[], page: string): string[] {
  const texts = files.filter((file) => file.page === page).map(({ text }) => text);
  return texts.flatMap((text) => [...text.matchAll(/from '\.\/([\w.-]+)\.js'/g)].map(([, name = '']) => `${name}.ts`));
}

function unique(files: readonly CodeFile[]): CodeFile[] {
  const seen = new Set<string>();
  for (const { page, name } of files) {
    if (seen.has(`${page}/${name}`)) throw new Error(`${page} has two blocks named ${name}`);
    seen.add(`${page}/${name}`);
  }
  return [...files];
}

/** A folder for what is made of the pages, where imports find Nest 12 and files are ES modules; or 11 and CommonJS. */
export function codeFolder(name: string, nest: 11 | 12 = 12): string {
  return resolve(root, nest === 12 ? 'dist/docs' : 'compat/nest11/dist/docs', name);
}

/** Writes files below a folder, each page's in a folder of its own, and returns their paths. Each spec file takes a folder of its own. */
export function writeCode(folder: string, files: readonly CodeFile[]): string[] {
  rmSync(folder, { recursive: true, force: true });
  return files.map(({ name, page, text }) => {
    const path = join(folder, page, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  });
}
