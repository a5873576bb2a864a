import { type Field } from '../source/field.js';
import { type PlatformFile } from './platform-file.js';

/** The last instruction of its kind in the last stage of a Dockerfile, which is the one that counts. */
export function lastInstruction({ root }: PlatformFile, keyword: string): Field | undefined {
  const instructions = root.at('stages', -1, 'instructions').items;
  return instructions.findLast((instruction) => instruction.at('keyword').text === keyword);
}

/** Every Dockerfile among the files of other platforms. */
export function dockerfilesAmong(files: readonly PlatformFile[]): readonly PlatformFile[] {
  return files.filter(({ platform }) => platform === 'dockerfile');
}
