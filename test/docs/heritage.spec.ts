import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../support/repository.js';

/** A row of the pages: a feature of an earlier system, and where it is now. */
interface Row {
  readonly page: string;
  readonly number: number;
  readonly verdict: string;
  readonly where: string;
  readonly testFile: string;
  readonly testTitle: string;
}

const FOLDER = 'docs/heritage';
const ROW = /^\| (\d+) +\| .*? +\| (works|partly|different) +\| (.*?) +\| `([^`]+)`: (.*?) +\|$/gm;
/** Rows that the systems before this module had in all. */
const ALL = 197;

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const rows: readonly Row[] = readdirSync(join(root, FOLDER)).flatMap((page) =>
  [...read(`${FOLDER}/${page}`).matchAll(ROW)].map(
    ([, number, verdict = '', where = '', testFile = '', testTitle = '']) => {
      return { page, number: Number(number), verdict, where, testFile, testTitle };
    },
  ),
);

/** Whether a test has this title: it stands in the file as a text of its own. */
function hasTitle({ testFile, testTitle }: Row): boolean {
  if (!existsSync(join(root, testFile))) return false;
  const text = read(testFile);
  const quoted = [`"${testTitle}"`, `\`${testTitle}\``, `'${testTitle.replaceAll("'", "\\'")}'`];
  return quoted.some((title) => text.includes(title));
}

const name = ({ page, number }: Row): string => `${page} ${number}`;

describe('the pages of the heritage', () => {
  it('have every feature once', () => {
    expect(rows.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: ALL }, (_, index) => index + 1),
    );
  });

  it('name a test for each that is there, by its file and its title', () => {
    expect(rows.filter((row) => !hasTitle(row)).map(name)).toEqual([]);
  });

  it('name files and folders that are there', () => {
    const named = rows.flatMap((row) =>
      [...row.where.matchAll(/`([\w.-]+\/[\w./-]+|[\w-]+\.md)`/g)].map(([, path = '']) => ({ row, path })),
    );
    expect(named.length).toBeGreaterThan(ALL / 2);
    expect(named.filter(({ path }) => !existsSync(join(root, path))).map(({ row }) => name(row))).toEqual([]);
  });

  it('have a reason where something is left out or different', () => {
    const bare = rows.filter(({ verdict, where }) => verdict !== 'works' && where.replace(/`[^`]*`/g, '').length < 10);
    // The default priority: a number says it all.
    expect(bare.map(name)).toEqual(['qa-framework.md 110']);
  });

  it('are counted in their summary', () => {
    for (const page of readdirSync(join(root, FOLDER))) {
      const of = rows.filter((row) => row.page === page);
      const count = (verdict: string): number => of.filter((row) => row.verdict === verdict).length;
      const counted = new RegExp(
        `${FOLDER}/${page}\` +\\| ${of.length} +\\| ${count('works')} +\\| ${count('partly')} +\\| ${count('different')} `,
      );
      expect(read('docs/heritage.md')).toMatch(counted);
    }
  });
});
