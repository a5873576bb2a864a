import { parseArgs } from 'node:util';
import { ADAPTERS, type Adapter } from './scene.js';
import { SCENES } from './scenes.js';

/** What is to be played, and where. */
export interface Settings {
  /** Agrees to what it says it will do on a cluster that is not local. */
  readonly yes: boolean;
  readonly context: string | undefined;
  readonly scenes: readonly string[];
  readonly adapters: readonly Adapter[];
  /** Requests a second. */
  readonly rate: number;
  /** `IMAGE`: of the demo, where the cluster can have it; `undefined`: it is built. */
  readonly image: string | undefined;
  /** `ADDRESS`: where the Service is reached, as in `http://localhost:30080`; `undefined`: at the nodes. */
  readonly address: string | undefined;
  /** `NODE_PORT`: the port of the nodes; `undefined`: the cluster chooses it. */
  readonly nodePort: number | undefined;
  /** Where the ledgers go. */
  readonly reports: string;
}

/** What was typed cannot be used. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

/** @throws ArgumentsError saying what to type */
export function readArguments(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const { values } = parsed(args);
  const variable = (name: string): string | undefined => env[name] || undefined;
  return {
    yes: values.yes ?? false,
    context: values.context,
    scenes: chosen('scenes', values.scenes, namesOfScenes()),
    adapters: chosen('adapters', values.adapters, ADAPTERS),
    rate: wholeNumber('--rate', values.rate ?? '50', 1000),
    image: variable('IMAGE'),
    address: variable('ADDRESS'),
    nodePort: env['NODE_PORT'] ? wholeNumber('NODE_PORT', env['NODE_PORT'], 65_535) : undefined,
    reports: values.reports ?? 'dist/cluster-test',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        yes: { type: 'boolean' },
        context: { type: 'string' },
        scenes: { type: 'string' },
        adapters: { type: 'string' },
        rate: { type: 'string' },
        reports: { type: 'string' },
      },
    });
  } catch (error) {
    throw new ArgumentsError(
      `${String(error instanceof Error ? error.message : error)}. Type for example: npm run test:cluster -- --yes --scenes drain. docs/cluster-test.md has every flag`,
    );
  }
}

function namesOfScenes(): string[] {
  return SCENES.map(({ name }) => name);
}

function chosen<Name extends string>(flag: string, written: string | undefined, all: readonly Name[]): Name[] {
  if (written === undefined) return [...all];
  const names = written.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !all.some((known) => known === name));
  if (unknown.length > 0) {
    throw new ArgumentsError(`--${flag} ${written}: there is no ${unknown.join(', ')}; choose of ${all.join(', ')}`);
  }
  return all.filter((name) => names.includes(name));
}

function wholeNumber(name: string, written: string, most: number): number {
  const value = Number(written);
  if (/^\d+$/.test(written) && value >= 1 && value <= most) return value;
  throw new ArgumentsError(`${name} is "${written}", but it must be a whole number from 1 to ${most}`);
}
