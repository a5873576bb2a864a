import { type Field } from '../source/field.js';
import { type PlatformFile } from './platform-file.js';

/** The Dockerfile that a service of Compose is built from, where it is among the files; the paths are as `build` has them. */
export function dockerfileOf(service: Field, { root, beside = [] }: PlatformFile): PlatformFile | undefined {
  const build = service.at('build');
  if (!build.exists) return undefined;
  const context = build.text ?? build.at('context').text ?? '.';
  const path = joined(root.source.path.replace(/[^\\/]*$/, ''), context, build.at('dockerfile').text ?? 'Dockerfile');
  return beside.find((file) => file.platform === 'dockerfile' && joined(file.root.source.path) === path);
}

function joined(...parts: readonly string[]): string {
  const kept: string[] = [];
  for (const part of parts.join('/').split(/[\\/]+/)) {
    if (part === '..' && kept.length > 0) kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  return kept.join('/');
}
