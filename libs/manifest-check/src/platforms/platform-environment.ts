import { Field } from '../source/field.js';
import { type Platform } from './platform-file.js';

/** The variables that a platform gives a process, each with the place where its value is written. */
export function variablesOf(platform: Platform, process: Field): ReadonlyMap<string, Field> {
  return new Map(READERS[platform]?.(process));
}

/** Heroku's variables are kept by the platform, and a Dockerfile's are read with its image. */
const READERS: Readonly<Partial<Record<Platform, (process: Field) => readonly Variable[]>>> = {
  ecs: (process) => named(process.at('environment')),
  'cloud-run': (process) => named(process.at('env')),
  compose: writtenVariables,
  systemd: (process) => assigned(process.at('Environment').items),
  pm2: (process) => [...process.at('env').entries, ...process.at('env_production').entries],
  fly: (process) => process.at('env').entries,
  nomad: (process) => process.at('Env').entries,
};

/** A variable, and where its value is written; a value that does not exist is taken from elsewhere. */
export type Variable = readonly [name: string, field: Field];

function named(list: Field): readonly Variable[] {
  return list.items.map((item) => [item.at('name').text ?? '', item.at('value')]);
}

/** `A=1`, and for systemd `A=1 "B=2 3"` in one line; quotes around it all are not part of the value. */
function assigned(items: readonly Field[]): readonly Variable[] {
  return items.flatMap((item) => {
    const { value, text = '', source } = item;
    if (value === undefined) return [];
    const words = item.keys[0] === 'Service' ? (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []) : [text];
    return words.map((word): Variable => {
      const [, name = '', content] = /^["']?([^=]*)(?:=(.*?))?["']?$/s.exec(word) ?? [];
      return [
        name,
        Field.root(source, { kind: 'scalar', span: value.span, content: content ?? null, text: content ?? '' }),
      ];
    });
  });
}

/** What a service of Compose has under `environment`, as a mapping or as a list. */
export function writtenVariables(service: Field): readonly Variable[] {
  return [...service.at('environment').entries, ...assigned(service.at('environment').items)];
}
