import { isForeignStart } from '../manifest/foreign.js';
import { type Field } from '../source/field.js';
import { type PlatformFile } from './platform-file.js';

/**
 * The last instruction of its kind in the last stage of a Dockerfile, which is the one that counts; where that stage has
 * none, the one of the stage that it is made from. A stage with an ENTRYPOINT of its own inherits no CMD.
 */
export function lastInstruction({ root }: PlatformFile, keyword: string): Field | undefined {
  const stages = root.at('stages').items;
  let at = stages.length - 1;
  while (at >= 0) {
    const stage = stages[at];
    const own = stage && lastIn(stage, keyword);
    if (stage === undefined || own !== undefined) return own;
    if (keyword === 'CMD' && lastIn(stage, 'ENTRYPOINT') !== undefined) return undefined;
    at = baseOf(stage, stages.slice(0, at));
  }
  return undefined;
}

/** Whether a Dockerfile is certainly of something else than Node, by the image it is made from and by what it starts. */
export function isForeignImage(file: PlatformFile): boolean {
  const stages = file.root.at('stages').items;
  let [at, image] = [stages.length - 1, ''];
  for (let stage = stages[at]; stage !== undefined; stage = stages[at]) {
    [image = ''] = fromWords(stage);
    at = baseOf(stage, stages.slice(0, at));
  }
  const starts = ['ENTRYPOINT', 'CMD'].map((keyword) => lastInstruction(file, keyword));
  const isShell = starts.some((start) => start?.at('form').text === 'shell');
  const words = starts.flatMap((start) => start?.at('words').items ?? []).map(({ text }) => text ?? '');
  return isForeignStart(image, isShell ? ['sh', '-c', starts.find(Boolean)?.at('text').text ?? ''] : words);
}

function lastIn(stage: Field, keyword: string): Field | undefined {
  return stage.at('instructions').items.findLast((instruction) => instruction.at('keyword').text === keyword);
}

/** `FROM base AS final`; options such as `--platform` come first. */
function baseOf(stage: Field, earlier: readonly Field[]): number {
  const [base] = fromWords(stage);
  return earlier.findLastIndex((other) => {
    const [, , name] = fromWords(other);
    return name !== undefined && name.toLowerCase() === base?.toLowerCase();
  });
}

function fromWords(stage: Field): readonly string[] {
  const words = lastIn(stage, 'FROM')?.at('words').items ?? [];
  return words.map(({ text }) => text ?? '').filter((word) => !word.startsWith('--'));
}

/** Every Dockerfile among the files of other platforms. */
export function dockerfilesAmong(files: readonly PlatformFile[]): readonly PlatformFile[] {
  return files.filter(({ platform }) => platform === 'dockerfile');
}
