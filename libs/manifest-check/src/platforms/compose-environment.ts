import { type Field } from '../source/field.js';
import { folderOf } from '../source/neighbours.js';
import { dockerfileOf } from './compose-build.js';
import { type FindVariable, isOpen } from './compose-variables.js';
import { variablesInEnvFile } from './env-file.js';
import { variablesOfImage } from './last-instruction.js';
import { type Variable } from './platform-environment.js';
import { type Missing, type PlatformFile } from './platform-file.js';

/** What a service of Compose gets to know by variables. */
export interface ComposeEnvironment {
  readonly variables: ReadonlyMap<string, Field>;
  readonly missing: readonly Missing[];
}

/** What the image says, then the env files, then `environment`: the later one wins. */
export function composeEnvironment(
  service: Field,
  {
    file,
    written,
    find,
  }: { readonly file: PlatformFile; readonly written: readonly Variable[]; readonly find: FindVariable },
): ComposeEnvironment {
  const dockerfile = dockerfileOf(service, file);
  const ofFiles = fromEnvFiles(service, file);
  const variables = new Map([...(dockerfile === undefined ? [] : variablesOfImage(dockerfile)), ...ofFiles.variables]);
  const missing = [...ofFiles.missing];
  for (const [name, field] of written) {
    const known = field.exists ? field : passedOn(name, field, find);
    variables.delete(name);
    if (known !== undefined && !isOpen(known.text ?? '')) variables.set(name, known);
    else if (name.startsWith('SHUTDOWN_')) missing.push({ at: field, kind: 'variable', name });
  }
  return { variables, missing };
}

function fromEnvFiles(service: Field, { neighbours }: PlatformFile): ComposeEnvironment {
  const variables = new Map<string, Field>();
  const missing: Missing[] = [];
  for (const { at, isRequired } of envFilesOf(service)) {
    const source = neighbours?.find(folderOf(at.source.path), at.text ?? '');
    if (source === undefined && isRequired) missing.push({ at, kind: 'env file', name: at.text ?? '' });
    if (source === undefined) continue;
    for (const [name, field] of variablesInEnvFile(source)) variables.set(name, field);
  }
  return { variables, missing };
}

/** A variable without a value is handed on from where Compose is started. */
function passedOn(name: string, field: Field, find: FindVariable): Field | undefined {
  const text = find(name);
  return text === undefined ? undefined : field.read(text);
}

/** `env_file: .env`, a list of such, and those with `path`; what need not be there is not missed. */
function envFilesOf(service: Field): readonly { readonly at: Field; readonly isRequired: boolean }[] {
  const written = service.at('env_file');
  const all = written.text === undefined ? written.items : [written];
  return all.map((one) => {
    if (one.text !== undefined) return { at: one, isRequired: true };
    return { at: one.at('path'), isRequired: one.at('required').boolean !== false };
  });
}
