import { Field } from '../source/field.js';
import { type Platform } from './platform-file.js';

/** The variables that a platform gives a process, each with the place where its value is written. */
export function variablesOf(platform: Platform, process: Field): ReadonlyMap<string, Field> {
  switch (platform) {
    case 'ecs':
      return new Map(named(process.at('environment')));
    case 'cloud-run':
      return new Map(named(process.at('env')));
    case 'compose':
      return new Map(writtenVariables(process));
    case 'systemd':
      return new Map(assigned(process.at('Environment').items));
    case 'pm2':
      return new Map([...process.at('env').entries, ...process.at('env_production').entries]);
    case 'dockerfile':
      return new Map();
  }
}

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
