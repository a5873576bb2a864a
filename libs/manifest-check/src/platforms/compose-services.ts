import { type Field } from '../source/field.js';
import { joinPath } from '../source/neighbours.js';
import { composeEnvironment } from './compose-environment.js';
import { composeFileAt, extended } from './compose-extends.js';
import { type FindVariable, isOpen, projectVariables, withVariables } from './compose-variables.js';
import { writtenVariables } from './platform-environment.js';
import { type Missing, type PlatformFile } from './platform-file.js';

/** A service of Compose, whole: with what it extends, its variables, and references filled in. */
export interface ComposeService {
  readonly name: string;
  readonly field: Field;
  readonly commandFields: readonly Field[];
  readonly variables: ReadonlyMap<string, Field>;
  readonly isLikely: boolean;
  readonly missing: readonly Missing[];
}

/** What has neither image nor build is part of one, for another file. Profiles that only people ask for are left out. */
export function composeServicesIn(file: PlatformFile): readonly ComposeService[] {
  const find = projectVariables(file);
  const roots = [file.root, ...includedIn(file)];
  return roots
    .flatMap((root) => root.at('services').entries.map(([name, field]) => toService(name, field, { root, file, find })))
    .filter(({ field }) => (field.at('image').exists || field.at('build').exists) && !isAskedFor(field));
}

interface Home {
  readonly root: Field;
  readonly file: PlatformFile;
  readonly find: FindVariable;
}

function toService(name: string, own: Field, { root, file, find }: Home): ComposeService {
  const { field: whole, missing } = extended(own, root, file);
  const field = withVariables(whole, find);
  const environment = composeEnvironment(field, { file, written: writtenVariables(field), find });
  return {
    name,
    field,
    commandFields: [field.at('entrypoint'), field.at('command')],
    variables: environment.variables,
    isLikely: field.at('build').exists,
    missing: [...missing, ...environment.missing, ...openTime(field)],
  };
}

function openTime(field: Field): readonly Missing[] {
  const at = field.at('stop_grace_period');
  return isOpen(at.text ?? '') ? [{ at, kind: 'variable', name: 'stop_grace_period' }] : [];
}

/** `include` brings the services of other files; those that are checked themselves are looked at there. */
function includedIn(file: PlatformFile): readonly Field[] {
  const paths = file.root.at('include').items.flatMap((item) => {
    const at = item.text === undefined ? item.at('path') : item;
    return at.text === undefined ? at.items : [at];
  });
  const checked = new Set(file.beside?.map(({ root }) => joinPath(root.source.path)));
  const roots = paths.map((at) => composeFileAt(at, at.text ?? '', file));
  return roots.flatMap((root) => (root === undefined || checked.has(joinPath(root.source.path)) ? [] : [root]));
}

const ASKED_FOR =
  /^(?:dev\w*|debug\w*|test\w*|e2e|ci|lint|tool\w*|cli|admin|migrat\w*|seed\w*|setup|init|manual|local\w*)$/i;

/** A profile is started on request; one of production is named otherwise. */
function isAskedFor(service: Field): boolean {
  const profiles = service.at('profiles').items;
  return profiles.length > 0 && profiles.every(({ text }) => ASKED_FOR.test(text ?? ''));
}
