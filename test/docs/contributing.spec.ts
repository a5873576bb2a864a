import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../support/repository.js';

const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');
const inBackticks = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

describe('CONTRIBUTING.md', () => {
  const text = read('CONTRIBUTING.md');
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

  it('names only commands that exist', () => {
    const named = inBackticks(text).flatMap((code) => /^npm (?:run )?(?!ci\b)([\w:]+)/.exec(code)?.[1] ?? []);
    expect(named).toContain('test');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('names every command', () => {
    const internal = ['prestart', 'prepare'];
    const unnamed = Object.keys(scripts).filter((name) => !text.includes(name) && !internal.includes(name));
    expect(unnamed).toEqual([]);
  });

  it('names only folders that exist', () => {
    const layout = text.slice(text.indexOf('## Where things are'), text.indexOf('## Commands'));
    const folders = inBackticks(layout).filter((code) =>
      /^(libs|apps|compat|test|scripts|docs|bench|\.ci)\b/.test(code),
    );
    expect(folders.length).toBeGreaterThan(8);
    expect(folders.filter((folder) => !existsSync(resolve(root, folder)))).toEqual([]);
  });

  it.each([
    ['an option', 'libs/lifecycle/src', ['options']],
    ['a rule to the manifest check', 'libs/manifest-check/src/rules', []],
    ['a source of work', 'libs/lifecycle/src', ['in-flight']],
  ])('walks to files that exist: %s', (task, folder, below) => {
    const [, section = ''] = text.split(`## Add ${task}\n`);
    const walk = section.split('\n## ')[0] ?? '';
    const places = ['.', folder, ...below.map((name) => `${folder}/${name}`)].map((place) => resolve(root, place));
    const files = inBackticks(walk).filter((code) => /^[\w./-]+\.(ts|md)$/.test(code));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !places.some((place) => existsSync(resolve(place, file))))).toEqual([]);
  });
});
