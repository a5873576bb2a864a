import { splitWords } from 'nestjs-lifecycle-shared';
import { Field } from '../source/field.js';
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

/** The variables that the last stage of a Dockerfile sets, or inherits from the stages that it is made from. */
export function variablesOfImage({ root }: PlatformFile): ReadonlyMap<string, Field> {
  const stages = root.at('stages').items;
  const variables = new Map<string, Field>();
  let at = stages.length - 1;
  for (let stage = stages[at]; stage !== undefined; stage = stages[at]) {
    const own = stage.at('instructions').items.filter((instruction) => instruction.at('keyword').text === 'ENV');
    for (const [name, field] of own.flatMap(variablesIn).toReversed()) {
      if (!variables.has(name)) variables.set(name, field);
    }
    at = baseOf(stage, stages.slice(0, at));
  }
  return variables;
}

/** `ENV A=1 B="2 3"`, and the old `ENV A 1`. */
function variablesIn(instruction: Field): readonly (readonly [string, Field])[] {
  const { value, source } = instruction;
  const text = instruction.at('text').text ?? '';
  const [, old, rest = ''] = /^(\w+)\s+(.*)$/s.exec(text) ?? [];
  const words = old === undefined ? splitWords(text) : [`${old}=${rest}`];
  return words.flatMap((word) => {
    const at = word.indexOf('=');
    if (at < 1 || value === undefined) return [];
    const content = word.slice(at + 1);
    return [
      [word.slice(0, at), Field.root(source, { kind: 'scalar', span: value.span, content, text: content })] as const,
    ];
  });
}

/** The image that a Dockerfile is made from in the end: `node:24-slim`. */
export function baseImageOf({ root }: PlatformFile): string {
  const stages = root.at('stages').items;
  let [at, image] = [stages.length - 1, ''];
  for (let stage = stages[at]; stage !== undefined; stage = stages[at]) {
    [image = ''] = fromWords(stage);
    at = baseOf(stage, stages.slice(0, at));
  }
  return image;
}

/** Whether a Dockerfile compiles the service, or copies what was compiled, in any of its stages. */
export function isBuiltIn({ root }: PlatformFile): boolean {
  return root
    .at('stages')
    .items.flatMap((stage) => stage.at('instructions').items)
    .some((instruction) => {
      const text = instruction.at('text').text ?? '';
      const keyword = instruction.at('keyword').text ?? '';
      if (keyword === 'RUN')
        return /\b(?:npm|pnpm|yarn|bunx?|npx|nest|nx|turbo|lerna)\s(?:.*[\s:])?build\b|\b(?:tsc|swc|webpack)\b/.test(
          text,
        );
      return /^(?:COPY|ADD)$/.test(keyword) && /\b(?:dist|build|out)\b/.test(text);
    });
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

/** `Dockerfile.dev`, `local.Dockerfile`, `compose.override.yaml`, `.devcontainer/Dockerfile`. */
const FOR_DEVELOPMENT =
  /(?:^|[\\/._-])(?:dev|devel|development|local|tests?|testing|e2e|debug|(?<=compose\.)override)(?:$|[._-][^\\/]*$)|(?:^|[\\/])(?:\.devcontainer|(?:[\w.]+[_-])?(?:tests?|e2e))[\\/]/i;

/** Whether a file is one of development or of tests, by its name. */
export function isForDevelopmentByName(path: string): boolean {
  return FOR_DEVELOPMENT.test(path);
}

/** Every Dockerfile among the files of other platforms that is not for development. */
export function dockerfilesAmong(files: readonly PlatformFile[]): readonly PlatformFile[] {
  return files.filter(({ platform, root }) => platform === 'dockerfile' && !FOR_DEVELOPMENT.test(root.source.path));
}
