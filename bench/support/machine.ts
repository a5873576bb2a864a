import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { bytes } from './format.js';
import { type Node } from './node-versions.js';

const FRAMEWORKS = [
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  '@nestjs/platform-ws',
  '@nestjs/terminus',
];

const BENCH = new URL('../../../package.json', import.meta.url);
const ROOT = new URL('../../../../package.json', import.meta.url);
const PLATFORM_EXPRESS = new URL('node_modules/@nestjs/platform-express/package.json', ROOT);
const PLATFORM_FASTIFY = new URL('node_modules/@nestjs/platform-fastify/package.json', ROOT);

/** What the figures were taken on and with, as Markdown. */
export function describeMachine(nodes: readonly Node[]): string {
  const [cpu] = cpus();
  const versions = [
    ...FRAMEWORKS.map((name) => versionOf(name, ROOT)),
    // Where Nest finds its own: there may be others.
    versionOf('express', PLATFORM_EXPRESS),
    versionOf('fastify', PLATFORM_FASTIFY),
    ...peers().map((name) => versionOf(name, BENCH)),
  ];
  return [
    `- Machine: ${cpu?.model.trim() ?? 'unknown CPU'}, ${availableParallelism()} cores, ${bytes(totalmem())} of memory, ${operatingSystem()}`,
    `- Node: ${nodes.map(({ version }) => version.slice(1)).join(', ')}`,
    `- With: nestjs-lifecycle ${libraryVersion()}, ${versions.join(', ')}`,
  ].join('\n');
}

/** Of the packages in `bench/package.json`. */
function peers(): string[] {
  const manifest = JSON.parse(readFileSync(BENCH, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.keys(manifest.dependencies);
}

/** Packages may hide their package.json, so it is looked for in the folders where Node would look. */
function versionOf(name: string, from: URL): string {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    try {
      return `${name} ${versionIn(`${folder}/${name}/package.json`)}`;
    } catch {
      // not in this folder
    }
  }
  return name;
}

function libraryVersion(): string {
  return versionIn(new URL('../node_modules/nestjs-lifecycle/package.json', import.meta.url));
}

function versionIn(file: string | URL): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function operatingSystem(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return `${name ?? type()} (${type()} ${release()})`;
  } catch {
    return `${type()} ${release()}`;
  }
}
