import { type PackageScripts, scriptsOf } from '../manifest/package-scripts.js';
import { type Field } from '../source/field.js';
import { folderOf, joinPath } from '../source/neighbours.js';
import { type Source } from '../source/source.js';
import { buildContextOf, dockerfileOf } from './compose-build.js';
import { fileInImage } from './image-files.js';
import { lastInstruction } from './last-instruction.js';
import { type PlatformFile } from './platform-file.js';
import { packageScriptsOf } from './start-script.js';

/**
 * The scripts of the `package.json` that a process is started by: the one in its working directory, which is mounted there or was copied
 * there, else that of the folder that is built, or beside the file. None where the file does not show where it is.
 */
export function scriptsOfProcess({ field }: { readonly field: Field }, file: PlatformFile): PackageScripts {
  const { platform } = file;
  const folder = folderOf(file.root.source.path);
  if (platform === 'fly' || platform === 'heroku') return packageScriptsOf(file, folder);
  if (platform === 'pm2') return packageScriptsOf(file, joinPath(folder, field.at('cwd').text ?? '.'));
  if (platform !== 'compose') return {};
  const found = mountedPackage(field, file) ?? copiedPackage(field, file);
  if (found !== undefined) return scriptsOf(found.text);
  const context = buildContextOf(field);
  return context === undefined ? {} : packageScriptsOf(file, context);
}

/** Where a service of Compose is started in its container. */
function workingDirectoryOf(field: Field, file: PlatformFile): string | undefined {
  const dockerfile = dockerfileOf(field, file);
  const ofImage = dockerfile && lastInstruction(dockerfile, 'WORKDIR')?.at('text').text?.trim();
  return field.at('working_dir').text ?? ofImage;
}

function mountedPackage(field: Field, file: PlatformFile): Source | undefined {
  const directory = workingDirectoryOf(field, file);
  if (directory === undefined) return undefined;
  const wanted = joinPath(directory);
  const mounts = field.at('volumes').items.map(mountOf);
  const mount = mounts.find(({ target }) => wanted === target || wanted.startsWith(`${target}/`));
  if (mount === undefined || !/^[./]/.test(mount.source)) return undefined;
  const folder = joinPath(folderOf(field.source.path), mount.source, wanted.slice(mount.target.length + 1));
  return file.neighbours?.find(folder, 'package.json');
}

/** `./api:/srv/api:ro`, and the same as a mapping. */
function mountOf(volume: Field): { readonly source: string; readonly target: string } {
  const [source = '', target = ''] = volume.text?.split(':') ?? [
    volume.at('source').text ?? '',
    volume.at('target').text ?? '',
  ];
  return { source, target: joinPath(target) };
}

function copiedPackage(field: Field, file: PlatformFile): Source | undefined {
  const [dockerfile, directory] = [dockerfileOf(field, file), workingDirectoryOf(field, file)];
  if (dockerfile === undefined || directory === undefined) return undefined;
  return fileInImage(joinPath(directory, 'package.json'), dockerfile, buildContextOf(field));
}
