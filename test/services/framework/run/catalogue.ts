import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FrameworkApplication } from './application.js';

/** Where the compiled applications are: beside the program that runs, one file each. */
const folder = join(dirname(process.argv[1] ?? ''), '../applications');

/** The names of all applications, which are those of their files. */
export function applicationNames(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.js'));
  return files.map((file) => file.replace(/\.js$/, '')).sort();
}

/** Loads one application: what its file exports as `application`. */
export async function loadApplication(name: string): Promise<FrameworkApplication> {
  const { application } = (await import(`../applications/${name}.js`)) as { application?: FrameworkApplication };
  if (application === undefined) throw new Error(`applications/${name}.ts exports no "application"`);
  return application;
}
