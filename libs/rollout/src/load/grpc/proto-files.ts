import { existsSync } from 'node:fs';
import paths, { dirname, isAbsolute, join, relative, resolve, type PlatformPath } from 'node:path';
import { GrpcError } from './grpc-error.js';
import { GrpcSchema } from './grpc-schema.js';
import { loadProtobuf } from './protobuf.js';

/**
 * What proto files define. An import is looked for beside the file that has it, and in the folders above each of the files, up to `folder`.
 *
 * @param folder that of the project, which has the packages and to which the names of files are relative
 * @throws GrpcError when a file is not there or cannot be read
 */
export async function schemaOfFiles(files: readonly string[], folder: string): Promise<GrpcSchema> {
  const { Root } = loadProtobuf(folder);
  const found = files.map((file) => resolve(folder, file));
  const missing = found.find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new GrpcError(
      `there is no file ${relative(folder, missing)} in ${folder}: name the proto files of the service`,
    );
  }
  const root = new Root();
  const roots = [...new Set(found.flatMap((path) => foldersAbove(path, folder)))];
  root.resolvePath = (origin, target) => {
    if (origin === '' || isAbsolute(target)) return target;
    const imported = [dirname(origin), ...roots].map((one) => join(one, target)).find((path) => existsSync(path));
    if (imported !== undefined) return imported;
    throw new GrpcError(
      `${relative(folder, origin)} imports ${target}, which is in none of ${roots.join(', ')}: name the proto file of the folder that it is relative to, too`,
    );
  };
  try {
    await root.load(found, { keepCase: true });
    return new GrpcSchema(root);
  } catch (error) {
    if (error instanceof GrpcError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new GrpcError(`${files.join(', ')} cannot be read: ${why}`);
  }
}

/**
 * That of the file, and those above it as far as the project goes. Between two drives of Windows there is no relative path: a file on another
 * drive is outside of the project.
 */
export function foldersAbove(
  path: string,
  folder: string,
  at: Pick<PlatformPath, 'dirname' | 'isAbsolute' | 'relative'> = paths,
): string[] {
  const isWithin = (one: string): boolean => {
    const way = at.relative(folder, one);
    return way !== '' && !way.startsWith('..') && !at.isAbsolute(way);
  };
  const folders = [at.dirname(path)];
  for (let last = at.dirname(path); isWithin(last); last = at.dirname(last)) folders.push(at.dirname(last));
  return folders;
}
