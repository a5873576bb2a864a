import { type Dirent } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { type NotJudged, oneLineOf, type TextFile, UnusableInput } from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { isFileError, notReadable } from './file-failure.js';
import { globPattern, isMatched } from './glob.js';
import { CHART, OTHER_VALUES, renderChart } from './helm-chart.js';
import { KUSTOMIZATION, patchesOf, renderKustomization, sourcesOf } from './kustomization.js';
import { isWithin } from './read-neighbour.js';
import { ReadOnce } from './read-once.js';
import { RenderQueue } from './render-queue.js';
import { dependsOnModule } from './sign-of-module.js';
import { readAll } from '../read-text.js';

/** Files of a folder that may say how a service runs. */
const BY_NAME =
  /\.(?:ya?ml|json|service)$|(?:^|\.)(?:Dockerfile|Containerfile)(?:\.|$)|^fly(?:[.-][\w-]+)?\.toml$|^Procfile(?:\.[\w-]+)?$|\.nomad(?:\.hcl)?$|^(?:ecosystem|pm2|process(?:es)?)(?:[.-][\w.-]+)?\.[cm]?js$|\.config\.[cm]?js$/i;
const JSON_OF_OURS = /"(?:apiVersion|containerDefinitions|apps|TaskGroups)"\s*:/;
/** The mistakes of a file that is none of ours are none of ours either. */
const YAML_OF_OURS =
  /^\s*(?:- )?['"]?(?:apiVersion|kind|services|include|apps|containerDefinitions|taskDefinition|family)['"]?\s*:|['"](?:apiVersion|containerDefinitions|apps)['"]\s*:/m;
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage', '.vscode', '.idea']);
const MOST_FILES = 5000;
/** A chart with more environments has them elsewhere. */
const MOST_VALUES = 10;
/** What is a chart's own. */
const OF_CHART = /^(?:Chart\.(?:ya?ml|lock)|values\.ya?ml|values\.schema\.json|templates|charts|crds)$/;

/** What there is to check. */
export interface ManifestFiles {
  readonly files: readonly TextFile[];
  /** What is there and could not be read or rendered, with the reason; it does not stop the rest. */
  readonly unusable: readonly UnusableInput[];
  /** Charts that were not rendered, each once, with the reason. */
  readonly notJudged: readonly NotJudged[];
  /** Those among `files` that are files, by their paths: others came through a pipe, or were rendered. */
  readonly onDisk: ReadonlyMap<string, FileOnDisk>;
  /** The folders that were named, and those of the files that were, without links. */
  readonly folders: readonly string[];
  /** Whether a `package.json` there, or where the command runs, depends on the module. */
  readonly usesModule: boolean;
  /** YAML that was found in a folder and has no sign of an object in it: that it cannot be read is not reported. */
  readonly noneOfOurs: ReadonlySet<string>;
  /** What all of it was read with, for what the files name. */
  readonly reader: ReadOnce;
}

/** Where a file really is. */
export interface FileOnDisk {
  /** Its path without links. */
  readonly real: string;
  /** Whether that is in the folder that was named, or beside the file that was: nothing else may be changed. */
  readonly isInside: boolean;
}

/**
 * The files to check: those named, those in the folders named, and what comes through a pipe for `-`; each once. A
 * folder with a `kustomization.yaml` is rendered where a program for that is installed.
 *
 * @param exclude patterns of paths that are left out where they are found in a folder
 * @throws UsageError when a path is not there, or there is nothing to check
 */
export async function manifestFiles(
  paths: readonly string[],
  terminal: Terminal,
  exclude: readonly string[] = [],
): Promise<ManifestFiles> {
  if (paths.length === 0) {
    throw new UsageError(
      'nothing to check: name files or folders, as in `nestjs-lifecycle check k8s/`, or `-` for a pipe',
    );
  }
  const collector = new Collector(terminal, exclude.map(globPattern));
  collector.lookForModule(join(terminal.cwd, 'package.json'));
  for (const path of paths) await collector.add(path);
  await collector.rendered();
  const { files, unusable, notJudged } = collector;
  if (files.length + unusable.length + notJudged.length > 0) return collector;
  throw new UsageError(`no manifest in ${paths.join(', ')}: name the folder that holds the YAML files`);
}

class Collector implements ManifestFiles {
  readonly unusable: UnusableInput[] = [];
  readonly notJudged: NotJudged[] = [];
  readonly onDisk = new Map<string, FileOnDisk>();
  readonly folders: string[] = [];
  usesModule = false;
  readonly noneOfOurs = new Set<string>();
  readonly reader = new ReadOnce();
  readonly #namedFiles = new Set<string>();
  readonly #seen = new Set<string>();
  /** In the order of the folders, whenever each of them is rendered. */
  readonly #slots: (() => readonly TextFile[])[] = [];
  readonly #sources = new Map<string, Promise<TextFile>>();
  /** Kustomizations that others here are rendered from: those are what is applied, and what they leave as it is, is found in them. */
  readonly #bases = new Set<string>();
  readonly #queue = new RenderQueue();
  readonly #renderings: Promise<void>[] = [];
  /** Whether a program renders kustomizations here; not known before the first one. */
  #hasRenderer: boolean | undefined;
  /** What was named, without links: nothing outside of it may be changed. */
  #named = '';

  constructor(
    private readonly terminal: Terminal,
    private readonly excluded: readonly RegExp[],
  ) {}

  get files(): readonly TextFile[] {
    return this.#slots.flatMap((slot) => slot());
  }

  /** Waits for all that is rendered. */
  async rendered(): Promise<void> {
    await Promise.all(this.#renderings);
  }

  lookForModule(at: string): void {
    if (!this.usesModule) this.usesModule = dependsOnModule(at, this.reader);
  }

  async add(path: string): Promise<void> {
    if (path === '-') {
      if (this.#isNew(path)) this.#push({ path: '<stdin>', text: await readAll(this.terminal.stdin) });
      return;
    }
    const at = resolve(this.terminal.cwd, path);
    await this.#attempt(path, async () => {
      const status = await stat(at).catch((error: unknown) => {
        if (!isFileError(error) || !NOT_THERE.has(error.code)) throw error;
        throw new UsageError(`cannot read ${path} (${error.code}): name a file or folder that is there`);
      });
      this.#named = await realpath(status.isDirectory() ? at : dirname(at));
      this.folders.push(this.#named);
      if (status.isDirectory()) await this.#addFolder(at);
      else {
        this.#namedFiles.add(at);
        await this.#addFile(at, path);
      }
    });
  }

  async #addFolder(folder: string): Promise<void> {
    await this.#attempt(this.#shown(folder) || '.', async () => {
      const entries = await this.reader.entries(folder);
      const kustomization = entries.find(({ name }) => KUSTOMIZATION.test(name))?.name;
      const isChart = entries.some(({ name }) => CHART.test(name));
      if (kustomization === undefined && !isChart) await this.#addEntries(entries, folder);
      else if (!this.#isNew(await realpath(folder))) return;
      else if (kustomization !== undefined) await this.#addKustomization(kustomization, entries, folder);
      else await this.#addChart(entries, folder);
    });
  }

  /** With its own values, and with each file of others beside them: those are environments. */
  async #addChart(entries: readonly Dirent[], folder: string): Promise<void> {
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const others = files.filter((name) => OTHER_VALUES.test(name)).slice(0, MOST_VALUES);
    const chart = this.#shown(join(folder, files.find((name) => CHART.test(name)) ?? 'Chart.yaml'));
    for (const values of [undefined, ...others]) {
      this.#render(chart, async () => {
        const own = values === undefined ? undefined : join(folder, values);
        const rendered = await renderChart(folder, { env: this.terminal.env, values: own });
        const path = values === undefined ? chart : `${chart} with ${values}`;
        if ('text' in rendered) return [{ path: `<rendered from ${path}>`, text: rendered.text }];
        this.#leaveChart(chart, rendered.reason, folder);
        return [];
      });
    }
    const left = entries.filter(({ name }) => !OF_CHART.test(name) && !OTHER_VALUES.test(name));
    await this.#addEntries(left, folder);
  }

  #leaveChart(file: string, reason: string, folder: string): void {
    if (this.notJudged.some((one) => one.file === file)) return;
    this.notJudged.push({
      ...{ file, line: 1, column: 1, subject: 'Helm chart' },
      message: `it is not rendered, since ${reason}`,
      remedy: `helm template my-release ${this.#shown(folder) || '.'} | nestjs-lifecycle check -`,
    });
  }

  /** Several at a time; what they render to keeps its place. */
  #render(path: string, render: () => Promise<readonly TextFile[]>, folder?: string): void {
    let found: readonly TextFile[] = [];
    this.#slots.push(() => (folder !== undefined && this.#bases.has(folder) ? [] : found));
    const rendering = this.#attempt(path, async () => {
      found = await this.#queue.run(render);
    });
    // What it fails with, if not because of the input, is thrown where all are waited for.
    rendering.catch(() => undefined);
    this.#renderings.push(rendering);
  }

  #push(file: TextFile): void {
    this.#slots.push(() => [file]);
  }

  async #addKustomization(kustomization: string, entries: readonly Dirent[], folder: string): Promise<void> {
    const file = this.#shown(join(folder, kustomization));
    const render = async (): Promise<readonly TextFile[]> => {
      const text = await renderKustomization(folder, { file, env: this.terminal.env });
      this.#hasRenderer = text !== undefined;
      if (text === undefined) return [];
      return [{ path: `<rendered from ${file}>`, text, sources: await this.#sourcesOf(folder) }];
    };
    this.#render(file, render, folder);
    // The first one shows whether anything renders here.
    if (this.#hasRenderer === undefined) await this.rendered();
    if (this.#hasRenderer !== false) return;
    const left = await this.#leftOut(folder, kustomization);
    await this.#addEntries(
      entries.filter(({ name }) => !left.includes(name)),
      folder,
    );
  }

  async #sourcesOf(folder: string): Promise<readonly TextFile[]> {
    const { files, bases } = await sourcesOf(folder, this.reader);
    for (const base of bases) this.#bases.add(base);
    return Promise.all(files.map((at) => this.#source(at)));
  }

  /** The same object for all that is rendered from it: it is read and parsed once. */
  #source(at: string): Promise<TextFile> {
    const source = this.#sources.get(at) ?? this.reader.text(at).then((text) => ({ path: this.#shown(at), text }));
    this.#sources.set(at, source);
    return source;
  }

  async #addEntries(entries: readonly Dirent[], folder: string): Promise<void> {
    for (const entry of entries) {
      if (SKIPPED.has(entry.name)) continue;
      const at = join(folder, entry.name);
      if (entry.name === 'package.json') this.lookForModule(at);
      if (isMatched(this.#shown(at), this.excluded)) continue;
      if (entry.isDirectory()) await this.#addFolder(at);
      else if (BY_NAME.test(entry.name) && (await isRegularFile(entry, at))) await this.#addCandidate(at);
      if (this.#slots.length <= MOST_FILES) continue;
      throw new UsageError(`${folder} holds more than ${MOST_FILES} files: name the folder with the manifests`);
    }
  }

  /** What cannot be read without rendering: the kustomization itself, and its patches. */
  async #leftOut(folder: string, kustomization: string): Promise<string[]> {
    const file = join(folder, kustomization);
    this.terminal.stderr.write(
      `${oneLineOf(this.#shown(file))}: neither kustomize nor kubectl is installed, so its patches are left out. ` +
        `To check all of it: kubectl kustomize ${oneLineOf(this.#shown(folder)) || '.'} | nestjs-lifecycle check -\n`,
    );
    const patches = patchesOf(await this.reader.text(file));
    // Of one that is broken, the check says where.
    return patches === undefined ? [] : [kustomization, ...patches];
  }

  /** A JSON file has to look like one of ours. */
  async #addCandidate(at: string): Promise<void> {
    const path = this.#shown(at);
    await this.#attempt(path, () =>
      this.#addFile(at, path, (text) => !at.endsWith('.json') || JSON_OF_OURS.test(text)),
    );
  }

  async #addFile(at: string, path: string, isOurs = (_text: string): boolean => true): Promise<void> {
    const text = await this.reader.text(at);
    const { isFile, real } = await identityOf(at);
    if (!isOurs(text) || (isFile && !this.#isNew(real))) return;
    this.#push({ path, text });
    if (!this.#namedFiles.has(at) && isNoneOfOurs(path, text)) this.noneOfOurs.add(path);
    if (isFile) this.onDisk.set(path, { real, isInside: isWithin(real, this.#named) });
  }

  async #attempt(path: string, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      if (error instanceof UnusableInput) this.unusable.push(error);
      else if (isFileError(error)) this.unusable.push(notReadable(path, error));
      else throw error;
    }
  }

  #isNew(key: string): boolean {
    const isNew = !this.#seen.has(key);
    this.#seen.add(key);
    return isNew;
  }

  #shown(at: string): string {
    return relative(this.terminal.cwd, at);
  }
}

function isNoneOfOurs(path: string, text: string): boolean {
  return /\.ya?ml$/.test(path) && !KUSTOMIZATION.test(basename(path)) && !YAML_OF_OURS.test(text);
}

const NOT_THERE: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** A folder may also hold pipes, sockets and broken links, which are not meant to be checked. */
async function isRegularFile(entry: Dirent, at: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return stat(at).then(
    (status) => status.isFile(),
    () => false,
  );
}

/** A file may be named twice, and by a link. */
async function identityOf(at: string): Promise<{ readonly isFile: boolean; readonly real: string }> {
  const status = await stat(at);
  return status.isFile() ? { isFile: true, real: await realpath(at) } : { isFile: false, real: at };
}
