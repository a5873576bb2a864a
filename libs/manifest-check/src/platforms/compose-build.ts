import { type Field } from '../source/field.js';
import { folderOf, joinPath } from '../source/neighbours.js';
import { type PlatformFile } from './platform-file.js';

/** The Dockerfile that a service of Compose is built from, where it is among the files; the paths are as `build` has them. */
export function dockerfileOf(service: Field, { beside = [], neighbours }: PlatformFile): PlatformFile | undefined {
  const context = buildContextOf(service);
  if (context === undefined) return undefined;
  const path = joinPath(context, service.at('build', 'dockerfile').text ?? 'Dockerfile');
  const found = beside.find((file) => file.platform === 'dockerfile' && joinPath(file.root.source.path) === path);
  return found && { ...found, neighbours: neighbours ?? found.neighbours };
}

/** The folder that a service of Compose is built from; `undefined` for one that is not built. */
export function buildContextOf(service: Field): string | undefined {
  const build = service.at('build');
  if (!build.exists) return undefined;
  const at = build.text === undefined ? build.at('context') : build;
  return joinPath(folderOf(at.source.path), at.text ?? '.');
}
