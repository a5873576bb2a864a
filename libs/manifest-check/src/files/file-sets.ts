import { type ReadFile } from './read-file.js';

/** Files whose objects are applied together. */
export type FileSet = readonly ReadFile[];

/**
 * Which files are applied together. What is rendered is a set by itself. All others are one, unless an object is defined twice:
 * then the folders that define it, or the files of one folder, are alternatives (environments, variants), and each is judged
 * with what contradicts neither it nor the rest of its set, the nearest by their names first.
 */
export function fileSetsOf(files: readonly ReadFile[]): readonly FileSet[] {
  const rendered = files.filter(isRendered).map((file): FileSet => [file]);
  const units = unitsOf(files.filter((file) => !isRendered(file)));
  const rivals = rivalsAmong(units);
  const inDoubt = units.filter((unit) => rivals.get(unit) !== undefined);
  const sets = inDoubt.length === 0 ? [units] : inDoubt.map((unit) => around(unit, units, rivals));
  const distinct = new Map(sets.map((set) => [set.map(({ name }) => name).join('\n'), set] as const));
  const written = [...distinct.values()].map((set) => set.flatMap((unit) => unit.files));
  return [...written.filter((set) => set.length > 0), ...rendered];
}

/** Files that are always together: those of a folder, or one that contradicts another of its folder. */
interface Unit {
  readonly name: string;
  readonly files: readonly ReadFile[];
  readonly objects: ReadonlySet<string>;
}

type Rivals = ReadonlyMap<Unit, ReadonlySet<Unit>>;

function isRendered({ source }: ReadFile): boolean {
  return source.path.startsWith('<');
}

function unitsOf(files: readonly ReadFile[]): readonly Unit[] {
  const folders = new Map<string, ReadFile[]>();
  for (const file of files) {
    const folder = file.source.path.replace(/[^\\/]*$/, '');
    const others = folders.get(folder);
    if (others === undefined) folders.set(folder, [file]);
    else others.push(file);
  }
  return [...folders].flatMap(([folder, own]) => {
    const isOne = own.flatMap(objectsOf).length === new Set(own.flatMap(objectsOf)).size;
    return isOne ? [unit(folder, own)] : own.map((file) => unit(file.source.path, [file]));
  });
}

function unit(name: string, files: readonly ReadFile[]): Unit {
  return { name, files, objects: new Set(files.flatMap(objectsOf)) };
}

/** The same object twice in one file counts once: the later one is applied over the other. */
function objectsOf({ resources }: ReadFile): readonly string[] {
  const named = resources.filter(({ name }) => name !== '');
  return [
    ...new Set(
      named.map(({ kind, apiVersion, namespace, name }) => `${groupOf(apiVersion)}/${kind}/${namespace}/${name}`),
    ),
  ];
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function rivalsAmong(units: readonly Unit[]): Rivals {
  const owners = new Map<string, Unit[]>();
  for (const one of units) for (const object of one.objects) owners.set(object, [...(owners.get(object) ?? []), one]);
  const rivals = new Map<Unit, Set<Unit>>();
  for (const all of owners.values()) {
    for (const one of all.length === 1 ? [] : all) {
      const others = all.filter((other) => other !== one);
      rivals.set(one, new Set([...(rivals.get(one) ?? []), ...others]));
    }
  }
  return rivals;
}

/** A unit, and whatever contradicts nothing of its set; in the order of the files. */
function around(one: Unit, units: readonly Unit[], rivals: Rivals): readonly Unit[] {
  const names = new Set(one.name.split(/[\\/.]+/));
  const nearness = ({ name }: Unit): number => name.split(/[\\/.]+/).filter((part) => names.has(part)).length;
  const candidates = units.filter((other) => other !== one).map((other) => ({ other, near: nearness(other) }));
  const chosen = new Set([one]);
  for (const { other } of candidates.toSorted((first, second) => second.near - first.near)) {
    const against = rivals.get(other);
    if (against === undefined || ![...chosen].some((member) => against.has(member))) chosen.add(other);
  }
  return units.filter((other) => chosen.has(other));
}
