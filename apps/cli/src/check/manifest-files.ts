import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { LARGEST_FILE, type TextFile } from 'nestjs-lifecycle-manifest-check';
import { type Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { patchesOf, renderKustomization } from './kustomization.js';

/** Files of a folder that may say how a service runs. */
const BY_NAME = /\.(?:ya?ml|json|service)$|(?:^|\.)(?:Dockerfile|Containerfile)(?:\.|$)|^ecosystem\.config\.c?js$/i;
const JSON_OF_OURS = /"(?:apiVersion|containerDefinitions|apps)"\s*:/;
const SKIPPED = new Set(['node_modules', '.git', 'dist', 'coverage']);
const MOST_FILES = 5000;

/**
 * The files to check: those named, those in the folders named, and what comes through a pipe for `-`. A folder with a
 * `kustomization.yaml` is rendered where a program for that is installed.
 *
 * @throws UsageError when a path is not there, or there is nothing to check
 */
export async function manifestFiles(paths: readonly string[], terminal: Terminal): Promise<TextFile[]> {
  if (paths.length === 0) {
    throw new UsageError(
      'nothing to check: name files or folders, as in `nestjs-lifecycle check k8s/`, or `-` for a pipe',
    );
  }
  const files: TextFile[] = [];
  for (const path of paths) {
    if (path === '-') files.push({ path: '<stdin>', text: await readAll(terminal.stdin) });
    else files.push(...(await filesAt(path, terminal)));
  }
  if (files.length > 0) return files;
  throw new UsageError(`no manifest in ${paths.join(', ')}: name the folder that holds the YAML files`);
}

async function filesAt(path: string, terminal: Terminal): Promise<TextFile[]> {
  const at = resolve(terminal.cwd, path);
  const status = await stat(at).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`cannot read ${path} (${error.code ?? error.message}): name a file or folder that is there`);
  });
  if (!status.isDirectory()) return [await readText(at, path)];
  return filesOfFolder(at, terminal);
}

async function filesOfFolder(folder: string, terminal: Terminal): Promise<TextFile[]> {
  const entries = await entriesOf(folder);
  const kustomization = entries.find(({ name }) => /^kustomization\.ya?ml$|^Kustomization$/.test(name))?.name;
  if (kustomization === undefined) return filesAmong(entries, folder, terminal);
  const rendered = await renderKustomization(folder, terminal.env);
  const file = join(folder, kustomization);
  if (rendered !== undefined) return [{ path: `<rendered from ${relative(terminal.cwd, file)}>`, text: rendered }];
  const left = await leftOut(folder, kustomization, terminal);
  return filesAmong(
    entries.filter(({ name }) => !left.includes(name)),
    folder,
    terminal,
  );
}

async function filesAmong(entries: readonly Entry[], folder: string, terminal: Terminal): Promise<TextFile[]> {
  const files: TextFile[] = [];
  for (const { name, isFolder } of entries) {
    if (SKIPPED.has(name)) continue;
    if (isFolder) files.push(...(await filesOfFolder(join(folder, name), terminal)));
    else if (BY_NAME.test(name)) files.push(...(await candidate(join(folder, name), terminal)));
    if (files.length <= MOST_FILES) continue;
    throw new UsageError(`${folder} holds more than ${MOST_FILES} files: name the folder with the manifests`);
  }
  return files;
}

/** What cannot be read without rendering: the kustomization itself, and its patches. */
async function leftOut(folder: string, kustomization: string, { cwd, stderr }: Terminal): Promise<string[]> {
  const file = join(folder, kustomization);
  stderr.write(
    `${relative(cwd, file)}: neither kustomize nor kubectl is installed, so its patches are left out. ` +
      `To check all of it: kubectl kustomize ${relative(cwd, folder) || '.'} | nestjs-lifecycle check -\n`,
  );
  return [kustomization, ...patchesOf(await readFile(file, 'utf8'))];
}

/** A JSON file has to look like one of ours. */
async function candidate(at: string, { cwd }: Terminal): Promise<TextFile[]> {
  const file = await readText(at, relative(cwd, at));
  return !at.endsWith('.json') || JSON_OF_OURS.test(file.text) ? [file] : [];
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** By name, so that the same folder is always checked in the same order. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** One that is far too large is not read to its end; it is refused all the same. */
async function readText(at: string, path: string): Promise<TextFile> {
  const { size } = await stat(at);
  const text = size > 4 * LARGEST_FILE ? ' '.repeat(LARGEST_FILE + 1) : await readFile(at, 'utf8');
  return { path, text };
}

async function readAll(stream: Terminal['stdin']): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_FILE) break;
  }
  return text + decoder.decode();
}
